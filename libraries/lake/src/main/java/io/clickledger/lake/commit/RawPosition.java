package io.clickledger.lake.commit;

/**
 * A position in raw.clicks: the newest counted landing, by its snapshot.
 *
 * @param snapshotId the newest landing that is counted
 */
public record RawPosition(long snapshotId) implements Position {
  private static final String NAME = "snapshot:";

  /** Reads what {@link #toString} writes. */
  public static RawPosition parse(String text) {
    try {
      if (text.startsWith(NAME)) {
        return new RawPosition(Long.parseLong(text.substring(NAME.length())));
      }
    } catch (NumberFormatException e) {
      // Reported below, as any other invalid text.
    }
    throw new IllegalArgumentException("a position in raw.clicks is snapshot:n, was " + text);
  }

  @Override
  public String toString() {
    return NAME + snapshotId;
  }
}
