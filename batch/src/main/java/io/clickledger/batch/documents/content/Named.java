package io.clickledger.batch.documents.content;

/**
 * An advertiser, publisher or campaign.
 *
 * @param name what a person calls it; its id where no name is known
 */
public record Named(String id, String name) {}
