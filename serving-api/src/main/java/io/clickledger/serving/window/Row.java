package io.clickledger.serving.window;

/**
 * One row of a segment, read and written in place so that a scan makes no objects.
 *
 * <p>Its bytes: which fields are not 0, the time since the row before of its combination, those
 * fields, and the users: a list of coupons or a sketch. Most rows take ten bytes.
 */
final class Row {

  /** The sums, in the order of Measure. */
  static final int SUMS = 6;

  private static final int GROSS = 0;
  private static final int REVISION_BIT = 6;
  private static final int USERS_BIT = 7;

  int combination;
  int time;
  int revision;
  final long[] sums = new long[SUMS];
  UserSet users;

  /** Where the row's users are among the bytes read, and how they are written; 0 without users. */
  int usersAt;

  private long usersHead;
  private byte[] in;
  private int at;
  private int end;

  /** Begins to read the rows of a combination. */
  void open(byte[] rows, int from, int to, int firstTime) {
    in = rows;
    at = from;
    end = to;
    time = firstTime;
  }

  /** Reads the next row, but for its users; false after the last one. */
  boolean next() {
    if (at >= end) {
      return false;
    }
    int head = in[at++];
    time += (int) readLong();
    long classes = 0;
    for (int i = 1; i < SUMS; i++) {
      sums[i] = (head & 1 << i) == 0 ? 0 : readLong();
      classes += i < SUMS - 1 ? sums[i] : 0;
    }
    sums[GROSS] = (head & 1) == 0 ? classes : classes + readLong();
    revision = (head & 1 << REVISION_BIT) == 0 ? 0 : (int) readLong();
    usersHead = 0;
    if ((head & 1 << USERS_BIT) != 0) {
      usersHead = readLong();
      usersAt = at;
      at += usersHead > 0 ? 4 * (int) usersHead : (int) -usersHead;
    }
    return true;
  }

  boolean hasUsers() {
    return usersHead != 0;
  }

  /** Adds the users of the row just read. */
  void addUsersTo(UserUnion union) {
    if (usersHead > 0) {
      for (int i = 0; i < usersHead; i++) {
        union.add(coupon(i));
      }
    } else if (usersHead < 0) {
      union.add(readUsers().toSketch());
    }
  }

  /** The users of the row just read; null where it has none. */
  UserSet readUsers() {
    if (usersHead == 0) {
      return null;
    }
    if (usersHead < 0) {
      byte[] sketch = new byte[(int) -usersHead];
      System.arraycopy(in, usersAt, sketch, 0, sketch.length);
      return new UserSet(null, sketch);
    }
    int[] coupons = new int[(int) usersHead];
    for (int i = 0; i < coupons.length; i++) {
      coupons[i] = coupon(i);
    }
    return new UserSet(coupons, null);
  }

  private int coupon(int place) {
    int from = usersAt + 4 * place;
    return (in[from] & 0xFF)
        | (in[from + 1] & 0xFF) << 8
        | (in[from + 2] & 0xFF) << 16
        | in[from + 3] << 24;
  }

  /** A number in groups of seven bits; the lowest bit is its sign. */
  private long readLong() {
    long bits = in[at++];
    if (bits < 0) {
      bits &= 0x7F;
      int shift = 7;
      long next;
      do {
        next = in[at++];
        bits |= (next & 0x7F) << shift;
        shift += 7;
      } while (next < 0);
    }
    return bits >>> 1 ^ -(bits & 1);
  }

  /** Writes the row after one of this time. */
  void write(int timeBefore, Bytes out) {
    long classes = 0;
    int head = 0;
    for (int i = 1; i < SUMS; i++) {
      classes += i < SUMS - 1 ? sums[i] : 0;
      head |= sums[i] == 0 ? 0 : 1 << i;
    }
    head |= sums[GROSS] == classes ? 0 : 1;
    head |= revision == 0 ? 0 : 1 << REVISION_BIT;
    head |= users == null ? 0 : 1 << USERS_BIT;
    out.writeByte(head);
    out.writeLong(time - timeBefore);
    for (int i = 1; i < SUMS; i++) {
      if (sums[i] != 0) {
        out.writeLong(sums[i]);
      }
    }
    if (sums[GROSS] != classes) {
      out.writeLong(sums[GROSS] - classes);
    }
    if (revision != 0) {
      out.writeLong(revision);
    }
    if (users != null) {
      writeUsers(out);
    }
  }

  private void writeUsers(Bytes out) {
    if (users.sketch() != null) {
      out.writeLong(-users.sketch().length);
      for (byte b : users.sketch()) {
        out.writeByte(b);
      }
      return;
    }
    out.writeLong(users.coupons().length);
    for (int coupon : users.coupons()) {
      out.writeByte(coupon);
      out.writeByte(coupon >>> 8);
      out.writeByte(coupon >>> 16);
      out.writeByte(coupon >>> 24);
    }
  }
}
