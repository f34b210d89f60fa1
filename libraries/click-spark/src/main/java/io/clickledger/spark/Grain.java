package io.clickledger.spark;

import io.clickledger.rules.history.ClickHistory;
import io.clickledger.schemas.ClickDimensions;
import java.util.Arrays;
import org.apache.spark.unsafe.types.UTF8String;

/** The start of a time and the dimensions that clicks are counted by, as a key. */
public final class Grain {
  private final long time;
  private final UTF8String[] dimensions;
  private final int hash;

  /**
   * @param time microseconds since the epoch
   * @param dimensions in the order of {@link ClickDimensions#ALL}; null where unknown
   */
  public Grain(long time, UTF8String... dimensions) {
    this.time = time;
    this.dimensions = dimensions;
    // Starts of minutes have their low bits in common.
    this.hash = Long.hashCode(ClickHistory.mixed(time)) + Arrays.hashCode(dimensions);
  }

  /** The same, off the memory of the row that it was read from. */
  Grain copy() {
    UTF8String[] copies = new UTF8String[dimensions.length];
    for (int i = 0; i < copies.length; i++) {
      copies[i] = dimensions[i] == null ? null : dimensions[i].copy();
    }
    return new Grain(time, copies);
  }

  /** Puts the time and the dimensions at the start of a row's values. */
  void writeTo(Object[] values) {
    values[0] = time;
    System.arraycopy(dimensions, 0, values, 1, dimensions.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Grain grain
        && hash == grain.hash
        && time == grain.time
        && Arrays.equals(dimensions, grain.dimensions);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
