package io.clickledger.batch.documents.content;

/**
 * Valid clicks of a campaign that are not charged; information, and no part of a total.
 *
 * @param cost what they would have cost
 */
public record UnchargedClicks(
    Named advertiser, Named campaign, String reason, long clicks, Money cost) {}
