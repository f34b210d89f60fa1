package io.clickledger.batch.documents.content;

/** What a document is, and whose. */
public enum DocumentKind {
  /** What an advertiser owes for a month. */
  INVOICE("INV", "Invoice", "advertiser"),
  /** What a publisher earned in a month. */
  STATEMENT("STM", "Publisher statement", "publisher");

  private final String prefix;
  private final String title;
  private final String party;

  DocumentKind(String prefix, String title, String party) {
    this.prefix = prefix;
    this.title = title;
    this.party = party;
  }

  /** Begins the number of the document. */
  public String prefix() {
    return prefix;
  }

  public String title() {
    return title;
  }

  /** Whose the document is, in one word. */
  public String party() {
    return party;
  }
}
