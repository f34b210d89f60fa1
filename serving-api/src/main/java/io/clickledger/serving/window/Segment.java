package io.clickledger.serving.window;

import java.util.Arrays;

/**
 * Rows of one table, summed by combination and time; immutable. Time is counted in quarter hours or
 * minutes since 1970.
 *
 * @param combinations ascending
 * @param offsets where the rows of each combination begin, and where the last ones end
 * @param places of each combination, by its number, where the segment has many; else null
 * @param firstTime no row is before it
 * @param lastTime no row is after it
 */
record Segment(
    int[] combinations,
    int[] offsets,
    byte[] rows,
    int[] places,
    int firstTime,
    int lastTime,
    int rowCount) {

  static final Segment EMPTY =
      new Segment(new int[0], new int[1], new byte[0], null, Integer.MAX_VALUE, 0, 0);

  /** A combination that no row has. */
  private static final int NOWHERE = -1;

  private static final int MIN_SHARE_FOR_PLACES = 8;

  /** Bytes of memory. */
  long bytes() {
    return 100L
        + 4L * (combinations.length + offsets.length + (places == null ? 0 : places.length))
        + rows.length;
  }

  boolean overlaps(int fromTime, int toTime) {
    return firstTime < toTime && lastTime >= fromTime;
  }

  /** Begins to read the rows of the combination; false where it has none. */
  boolean open(int combination, Row row) {
    int place =
        places == null
            ? Arrays.binarySearch(combinations, combination)
            : combination < places.length ? places[combination] : NOWHERE;
    if (place < 0) {
      return false;
    }
    openAt(place, row);
    return true;
  }

  private void openAt(int place, Row row) {
    row.combination = combinations[place];
    row.open(rows, offsets[place], offsets[place + 1], firstTime);
  }

  /** The rows of both from the time on; those of one combination and time become one. */
  static Segment merged(Segment one, Segment other, int fromTime) {
    int firstTime = Math.max(fromTime, Math.min(one.firstTime, other.firstTime));
    Writer out = new Writer(firstTime);
    Cursor a = new Cursor(one, fromTime);
    Cursor b = new Cursor(other, fromTime);
    while (!a.isDone || !b.isDone) {
      Cursor first = b.isDone || !a.isDone && a.isUpTo(b) ? a : b;
      out.add(first.row, first.row.readUsers());
      first.advance();
    }
    return out.segment();
  }

  /** Calls for every row, in order. */
  void forEach(java.util.function.Consumer<Row> reader) {
    for (Cursor cursor = new Cursor(this, 0); !cursor.isDone; cursor.advance()) {
      reader.accept(cursor.row);
    }
  }

  private static final class Cursor {
    private final Segment segment;
    private final int fromTime;
    private final Row row = new Row();
    private int place;
    private boolean isDone;

    Cursor(Segment segment, int fromTime) {
      this.segment = segment;
      this.fromTime = fromTime;
      this.isDone = segment.combinations.length == 0;
      if (!isDone) {
        segment.openAt(0, row);
        advance();
      }
    }

    void advance() {
      while (!isDone) {
        while (row.next()) {
          if (row.time >= fromTime) {
            return;
          }
        }
        place++;
        isDone = place == segment.combinations.length;
        if (!isDone) {
          segment.openAt(place, row);
        }
      }
    }

    boolean isUpTo(Cursor other) {
      return row.combination != other.row.combination
          ? row.combination < other.row.combination
          : row.time <= other.row.time;
    }
  }

  /** Writes rows that come in the order of combination and time. */
  static final class Writer {
    private final int firstTime;
    private final Bytes rows = new Bytes();
    private int[] combinations = new int[16];
    private int[] offsets = new int[17];
    private int size;
    private int rowCount;
    private int lastTime;
    // The row that may still be added to.
    private final Row pending = new Row();
    private boolean isPending;
    private int timeBefore;

    Writer(int firstTime) {
      this.firstTime = firstTime;
    }

    void add(Row row, UserSet users) {
      if (isPending && row.combination == pending.combination && row.time == pending.time) {
        for (int i = 0; i < Row.SUMS; i++) {
          pending.sums[i] = Math.addExact(pending.sums[i], row.sums[i]);
        }
        pending.revision = Math.max(pending.revision, row.revision);
        pending.users = plus(pending.users, users);
        return;
      }
      flush();
      if (size == 0 || combinations[size - 1] != row.combination) {
        if (size == combinations.length) {
          combinations = Arrays.copyOf(combinations, 2 * size);
          offsets = Arrays.copyOf(offsets, 2 * size + 1);
        }
        offsets[size] = rows.size();
        combinations[size++] = row.combination;
        timeBefore = firstTime;
      }
      pending.combination = row.combination;
      pending.time = row.time;
      pending.revision = row.revision;
      System.arraycopy(row.sums, 0, pending.sums, 0, Row.SUMS);
      pending.users = users;
      isPending = true;
    }

    static UserSet plus(UserSet one, UserSet other) {
      return one == null ? other : other == null ? one : one.plus(other);
    }

    private void flush() {
      if (isPending) {
        pending.write(timeBefore, rows);
        timeBefore = pending.time;
        lastTime = Math.max(lastTime, pending.time);
        rowCount++;
        isPending = false;
      }
    }

    Segment segment() {
      flush();
      if (size == 0) {
        return EMPTY;
      }
      offsets[size] = rows.size();
      int[] all = Arrays.copyOf(combinations, size);
      int greatest = all[size - 1];
      int[] places = null;
      if (greatest < (long) MIN_SHARE_FOR_PLACES * size) {
        places = new int[greatest + 1];
        Arrays.fill(places, NOWHERE);
        for (int i = 0; i < size; i++) {
          places[all[i]] = i;
        }
      }
      return new Segment(
          all,
          Arrays.copyOf(offsets, size + 1),
          rows.trimmed(),
          places,
          firstTime,
          lastTime,
          rowCount);
    }
  }
}
