package io.clickledger.batch.documents.content;

import java.time.YearMonth;
import java.util.Optional;

/**
 * Money of the ledger or of its adjustments that belongs on a document: entries of one kind,
 * campaign and currency, summed.
 *
 * @param causes why it was adjusted, in words; empty for what is no adjustment
 * @param corrects the month of the clicks of an adjustment
 * @param clicks signed: negative where clicks are taken back
 * @param money signed, from the view of the document: positive is owed by an advertiser, or to a
 *     publisher
 */
public record Posting(
    LineKind kind,
    String advertiserId,
    String campaignId,
    String causes,
    Optional<YearMonth> corrects,
    long clicks,
    Money money) {

  /** A sum of entries of the ledger. */
  public static Posting ofLedger(
      LineKind kind, String advertiserId, String campaignId, long clicks, Money money) {
    return new Posting(kind, advertiserId, campaignId, "", Optional.empty(), clicks, money);
  }
}
