package io.clickledger.batch.documents.content;

/**
 * Two sums of micros that were read in different ways and must be equal.
 *
 * @param claim what is equal to what, in words
 */
public record TieOut(String claim, Money document, Money ledger) {

  public boolean holds() {
    return document.equals(ledger);
  }

  /** For a person: both sums and how much one is above the other. */
  @Override
  public String toString() {
    return "%s: %s and %s %s, difference %s"
        .formatted(
            claim,
            document.exact().toPlainString(),
            ledger.exact().toPlainString(),
            ledger.currency(),
            document.exact().subtract(ledger.exact()).toPlainString());
  }
}
