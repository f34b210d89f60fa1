package io.clickledger.batch.documents.content;

/**
 * What the books say of a party, a month and a currency, in sums that know nothing of lines.
 *
 * @param ledgerMicros balance of the party's account in billing.ledger, positive as on the document
 * @param adjustmentMicros the same of billing.adjustments
 * @param debitMicros debits of all accounts, in the entries behind the document
 * @param creditMicros credits of all accounts
 */
public record Balances(
    long ledgerMicros, long adjustmentMicros, long debitMicros, long creditMicros) {
  public static final Balances NONE = new Balances(0, 0, 0, 0);

  /** Both together, such as those of ledger and adjustments. */
  public Balances plus(Balances other) {
    return new Balances(
        Math.addExact(ledgerMicros, other.ledgerMicros),
        Math.addExact(adjustmentMicros, other.adjustmentMicros),
        Math.addExact(debitMicros, other.debitMicros),
        Math.addExact(creditMicros, other.creditMicros));
  }
}
