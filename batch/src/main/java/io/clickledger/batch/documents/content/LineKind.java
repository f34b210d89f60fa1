package io.clickledger.batch.documents.content;

/** Why money is on a document, in the order of its lines. */
public enum LineKind {
  /** Valid clicks within the dates of their campaign. */
  CHARGE("Clicks"),
  /** Given back for clicks past a budget. */
  OVER_DELIVERY("Over-delivery credits"),
  /** A correction, of a month that was closed before or for voided clicks. */
  ADJUSTMENT("Adjustments");

  private final String title;

  LineKind(String title) {
    this.title = title;
  }

  /** The heading of such lines. */
  public String title() {
    return title;
  }
}
