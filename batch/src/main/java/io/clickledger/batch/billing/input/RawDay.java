package io.clickledger.batch.billing.input;

/**
 * What raw.clicks has of a day, for the gate.
 *
 * @param clicks how many rows
 * @param clickChecksum {@link ClickChecksums#ofClicks} over them
 * @param grainChecksum the sum of {@link ClickChecksums#ofGrain} over them
 */
public record RawDay(long clicks, long clickChecksum, long grainChecksum) {
  /** No clicks. */
  public static final RawDay NONE = new RawDay(0, 0, 0);
}
