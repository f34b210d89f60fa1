package io.clickledger.rules.history;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What a {@link ClickHistory} remembers of the clicks that landed in one slice of time. Once the
 * slice is over it can be written, and what was written can be appended to another history in its
 * place. What clicks of this slice made earlier ones forget is written with it.
 */
public final class ClickSlice {
  /** The places of {@link #write}'s arrays may mean something else under another number. */
  public static final int FORMAT = 1;

  private static final int ENTRY_BITS = 32;
  private static final int SLICE_BITS = 4;
  private static final int MIN_FORGOTTEN = 16;

  private final long index;
  private final ClickIds ids;
  private final ClickLog ofAddresses;
  private final ClickLog ofUsers;
  private final boolean isWritten;

  private long clicks;
  private long landings;
  private boolean sealed;

  /** Clicks of earlier slices that are forgotten, packed. */
  private long[] forgotten = {};

  private int forgottenSize;

  /**
   * @param isWritten whether it is to be written when it is over
   */
  ClickSlice(long index, long secret, boolean isWritten) {
    this(index, new ClickIds(secret), new ClickLog(false), new ClickLog(true), isWritten);
  }

  private ClickSlice(
      long index, ClickIds ids, ClickLog ofAddresses, ClickLog ofUsers, boolean isWritten) {
    this.index = index;
    this.ids = ids;
    this.ofAddresses = ofAddresses;
    this.ofUsers = ofUsers;
    this.isWritten = isWritten;
  }

  /** A slice that is over, in which nothing landed. */
  public static ClickSlice empty(long index, long secret) {
    ClickSlice slice = new ClickSlice(index, secret, true);
    slice.seal();
    return slice;
  }

  /**
   * Reads a slice that {@link #write} wrote.
   *
   * @param in fills the buffer that it is given up to its limit
   * @param bytes how many there are
   * @param secret of the history that it is a part of
   * @throws IllegalArgumentException where they are not a slice
   */
  public static ClickSlice read(Consumer<ByteBuffer> in, long bytes, long secret) {
    SliceInput input = new SliceInput(in, bytes);
    long index = input.read();
    long clicks = input.read();
    long landings = input.read();
    ClickSlice slice =
        new ClickSlice(
            index,
            ClickIds.read(input, secret),
            ClickLog.read(input, false),
            ClickLog.read(input, true),
            false);
    slice.clicks = clicks;
    slice.landings = landings;
    slice.forgotten = input.readLongs();
    slice.forgottenSize = slice.forgotten.length;
    slice.sealed = true;
    input.requireEnd();
    return slice;
  }

  /**
   * Writes the slice.
   *
   * @param out is done with a buffer when it returns
   */
  public void write(Consumer<ByteBuffer> out) {
    SliceOutput output = new SliceOutput(out);
    output.write(index);
    output.write(clicks);
    output.write(landings);
    ids.write(output);
    ofAddresses.write(output);
    ofUsers.write(output);
    output.write(Arrays.copyOf(forgotten, forgottenSize));
    output.flush();
  }

  /** Which slice of time it is, counted from the epoch. */
  public long index() {
    return index;
  }

  /** How many clicks landed in it, by their click_ids, repeated ones included. */
  public long clicks() {
    return clicks;
  }

  /** The sum of {@link #landing} of all these clicks. */
  public long landings() {
    return landings;
  }

  /** A number that stands for the landing of a click in {@link #landings}. */
  public static long landing(long landedAtMillis) {
    return ClickHistory.mixed(landedAtMillis);
  }

  /** Adds the click_id; false where it was there. */
  public boolean add(long high, long low, long landedAtMillis) {
    clicks++;
    landings += landing(landedAtMillis);
    return ids.add(high, low);
  }

  public boolean contains(long high, long low) {
    return ids.contains(high, low);
  }

  ClickLog logs(boolean ofAddress) {
    return ofAddress ? ofAddresses : ofUsers;
  }

  /** Removes an entry of an earlier slice, because a click of this slice replaces it. */
  void drop(ClickSlice earlier, boolean ofAddress, int entry) {
    earlier.logs(ofAddress).forget(entry);
    if (!isWritten) {
      return;
    }
    if (forgottenSize == forgotten.length) {
      forgotten = Arrays.copyOf(forgotten, Math.max(MIN_FORGOTTEN, 2 * forgottenSize));
    }
    long kind = ofAddress ? 1 : 0;
    forgotten[forgottenSize++] =
        (kind << SLICE_BITS | index - earlier.index) << ENTRY_BITS | Integer.toUnsignedLong(entry);
  }

  /** Applies to earlier slices the removals that this slice recorded. */
  void applyDrops(Iterable<ClickSlice> earlier) {
    for (int i = 0; i < forgottenSize; i++) {
      int entry = (int) forgotten[i];
      int group = (int) (forgotten[i] >>> ENTRY_BITS);
      boolean ofAddress = group >>> SLICE_BITS != 0;
      long slice = index - (group & (1 << SLICE_BITS) - 1);
      for (ClickSlice other : earlier) {
        if (other.index == slice) {
          other.logs(ofAddress).forget(entry);
        }
      }
    }
    dropForgotten();
  }

  /** What only {@link #write} and {@link #applyDrops} need. */
  void dropForgotten() {
    forgotten = new long[0];
    forgottenSize = 0;
  }

  /** No click lands in it any more. */
  public void seal() {
    ids.seal();
    ofAddresses.seal();
    ofUsers.seal();
    sealed = true;
  }

  boolean isSealed() {
    return sealed;
  }

  public int ids() {
    return ids.size();
  }

  long bytes() {
    return ids.bytes()
        + ofAddresses.bytes()
        + ofUsers.bytes()
        + (long) forgotten.length * Long.BYTES;
  }
}
