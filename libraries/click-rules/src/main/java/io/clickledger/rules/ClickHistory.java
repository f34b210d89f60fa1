package io.clickledger.rules;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * What was clicked of late: tells of a click whether its click_id was there before, and which
 * stateful rules it matches. Clicks must be told in the order of landing, so that the answers
 * depend on the clicks alone and are the same when a batch is told again to a history that stands
 * where this one stood.
 *
 * <p>The past is kept in slices of a sixth of the window. A click is remembered in the slice in
 * which it landed, and forgotten with the slice: after the window at the earliest, after seven
 * sixths of it at the latest. Which slices a click can see follows from its own landed_at, never
 * from how much was read at once.
 *
 * <p>One instance is for one thread. It holds a share of the keys: {@link #repeats}, {@link
 * #ofAddress} and {@link #ofUser} know nothing of each other, so each may be partitioned by its own
 * key.
 */
public final class ClickHistory {
  /** Slices that a click sees besides its own. */
  public static final int SLICES = 6;

  /**
   * How many clicks of its key a click looks back at, at most: one key with a million clicks must
   * not cost a million times a million. No limit of a rule is above it.
   */
  static final int LONGEST_LOOK = 10_000;

  /** Clicks of one key stand in chains of an hour of clicked_at each. */
  private static final int HOUR_SECONDS = 3_600;

  /** No window of a rule is longer: a look reaches into the hours beside its own, not further. */
  static final int LONGEST_WINDOW_SECONDS = HOUR_SECONDS;

  /** A click_id that comes again is the same click where its time is less than this away. */
  private static final int SAME_CLICK_SECONDS = 60;

  /**
   * How many clicks of its key that landed since are gone through, at most, to find an earlier
   * landing of a click: as many as the greatest limit of the shipped rules. One further back counts
   * once more.
   */
  private static final int LONGEST_SEARCH = 5_000;

  /** Hours of clicked_at that a look may reach into: its own, the next and the one before. */
  private static final int HOURS = 3;

  private final long sliceMillis;
  private final long secret;
  private final Deque<Slice> newestFirst = new ArrayDeque<>();

  private final Past past = new Past();

  /**
   * @param window how long clicks are remembered at least
   * @param secret any number that senders of clicks do not know; no answer depends on it
   */
  public ClickHistory(Duration window, long secret) {
    this.secret = secret;
    this.sliceMillis = sliceMillis(window);
  }

  /**
   * Where the oldest slice begins that a click landed then can see.
   *
   * @return epoch milliseconds
   */
  public static long visibleFrom(Duration window, long landedAtMillis) {
    long slice = sliceMillis(window);
    return (Math.floorDiv(landedAtMillis, slice) - SLICES) * slice;
  }

  /**
   * True where this click_id was there before; remembers it.
   *
   * @param high the UUID's most significant bits
   * @param low its least significant bits
   */
  public boolean repeats(long high, long low, long landedAtMillis) {
    Slice current = sliceOf(landedAtMillis);
    if (!current.ids.add(high, low)) {
      return true;
    }
    for (Slice slice : newestFirst) {
      if (slice != current && slice.ids.contains(high, low)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Which rules the click matches, by what came from its address before; remembers it.
   *
   * @param address a hash of the address
   * @param click a hash of the click_id
   * @return the rules' bits in {@code rules}
   */
  public int ofAddress(
      long address, int clickedAtSecond, int click, long landedAtMillis, StatefulRules rules) {
    return look(rules.ofAddress(), address, clickedAtSecond, click, 0, landedAtMillis, true);
  }

  /**
   * Which rules the click matches, by what its user clicked before; remembers it.
   *
   * @param user a hash of the user
   * @param click a hash of the click_id
   * @param ad a hash of the ad
   * @return the rules' bits in {@code rules}
   */
  public int ofUser(
      long user, int clickedAtSecond, int click, int ad, long landedAtMillis, StatefulRules rules) {
    return look(rules.ofUser(), user, clickedAtSecond, click, ad, landedAtMillis, false);
  }

  /** Remembers the click_id as {@link #repeats} does. */
  void remember(long high, long low, long landedAtMillis) {
    sliceOf(landedAtMillis).ids.add(high, low);
  }

  /**
   * Remembers a click of an address or a user as {@link #ofAddress} and {@link #ofUser} do.
   *
   * @param mayBeKnown false where it is certain that the click did not come before
   */
  void remember(
      long key,
      int second,
      int click,
      int ad,
      long landedAtMillis,
      boolean ofAddress,
      boolean mayBeKnown) {
    ClickChains current = chains(sliceOf(landedAtMillis), ofAddress);
    if (mayBeKnown) {
      gather(key, second, 0, ofAddress);
    }
    if (!mayBeKnown || !past.remembers(click, current)) {
      add(current, key, second, click, ad);
    }
  }

  /** The finalizer of MurmurHash3: every bit of the result depends on every bit given. */
  public static long mixed(long bits) {
    long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }

  /** Spreads hashes evenly over so many places. */
  static int place(long hash, int places) {
    return (int) ((hash >>> 32) * places >>> 32);
  }

  /** Memory of what is remembered, in bytes. */
  public long bytes() {
    return newestFirst.stream().mapToLong(Slice::bytes).sum();
  }

  /** How many click_ids are remembered; one that landed in two slices counts in both. */
  public long ids() {
    return newestFirst.stream().mapToLong(slice -> slice.ids.size()).sum();
  }

  private int look(
      StatefulRules.OfKey rules,
      long key,
      int second,
      int click,
      int ad,
      long landedAtMillis,
      boolean ofAddress) {
    ClickChains current = chains(sliceOf(landedAtMillis), ofAddress);
    gather(key, second, rules.secondsAhead(), ofAddress);
    boolean known = past.remembers(click, current);
    StatefulRules.Look look = rules.look(ad, past.clicks);
    past.show(look, click, rules.secondsAhead());
    if (!known) {
      add(current, key, second, click, ad);
    }
    return look.matched();
  }

  /** Makes the key's chains that the look of a click reaches into the past. */
  private void gather(long key, int second, int secondsAhead, boolean ofAddress) {
    // By hours, so that no look goes through a day that landed at once. A window reaches into the
    // one before, a repeat into the next too.
    int hour = hourOf(second);
    past.begin(second);
    for (Slice slice : newestFirst) {
      past.add(chains(slice, ofAddress), key, hour);
      past.add(chains(slice, ofAddress), key, hour - 1);
    }
    // Last, so that no look is used up by clicks of times to come.
    if (hourOf(second + Math.max(secondsAhead, SAME_CLICK_SECONDS - 1)) > hour) {
      for (Slice slice : newestFirst) {
        past.add(chains(slice, ofAddress), key, hour + 1);
      }
    }
  }

  private static void add(ClickChains current, long key, int second, int click, int ad) {
    int hour = hourOf(second);
    current.add(inHour(key, hour), second - hour * HOUR_SECONDS, click, ad);
  }

  private static int hourOf(int second) {
    return Math.floorDiv(second, HOUR_SECONDS);
  }

  private static long inHour(long key, int hour) {
    return key ^ hour * 0x9e3779b97f4a7c15L;
  }

  private static ClickChains chains(Slice slice, boolean ofAddress) {
    return ofAddress ? slice.ofAddresses : slice.ofUsers;
  }

  /** The slice of that landing; opens it, and forgets what no later click can see. */
  private Slice sliceOf(long landedAtMillis) {
    Slice newest = newestFirst.peekFirst();
    if (newest != null
        && landedAtMillis >= newest.fromMillis
        && landedAtMillis - newest.fromMillis < sliceMillis) {
      return newest;
    }
    long index = Math.floorDiv(landedAtMillis, sliceMillis);
    if (newest != null && newest.index > index) {
      throw new IllegalArgumentException(
          "clicks must be told in the order of landing, was landed_at "
              + landedAtMillis
              + " after slice "
              + newest.index
              + " of "
              + sliceMillis
              + " ms");
    }
    for (Iterator<Slice> oldest = newestFirst.descendingIterator(); oldest.hasNext(); ) {
      if (oldest.next().index < index - SLICES) {
        oldest.remove();
      }
    }
    past.letGo();
    if (newest != null) {
      newest.seal();
    }
    Slice next = new Slice(index, index * sliceMillis, secret);
    newestFirst.addFirst(next);
    return next;
  }

  private static long sliceMillis(Duration window) {
    if (window.toMillis() < SLICES) {
      throw new IllegalArgumentException(
          "window must be at least " + SLICES + " ms, was " + window);
    }
    return window.toMillis() / SLICES;
  }

  /** The chains that a click can see. */
  private static final class Past {
    private final ClickChains[] chains = new ClickChains[(SLICES + 1) * HOURS];
    private final int[] newest = new int[chains.length];

    /** When the click itself was made, in seconds since each chain's hour began. */
    private final int[] seconds = new int[chains.length];

    private int size;

    /** When the click itself was made. */
    private int second;

    /** How many clicks there are, at most. */
    private int clicks;

    /** Of the look of a click that was made then. */
    void begin(int second) {
      this.second = second;
      size = 0;
      clicks = 0;
    }

    void add(ClickChains ofSlice, long key, int hour) {
      int place = ofSlice.place(inHour(key, hour));
      if (ofSlice.count(place) > 0) {
        chains[size] = ofSlice;
        newest[size] = ofSlice.newest(place);
        seconds[size++] = second - hour * HOUR_SECONDS;
        clicks += ofSlice.count(place);
      }
    }

    /**
     * True where the click is in the current slice already. In an earlier one it is forgotten: it
     * is remembered from now on, and once. This depends on no rule and, unless the search is used
     * up, on no click that a driver which starts later is not told.
     */
    boolean remembers(int click, ClickChains current) {
      int steps = 0;
      for (int i = 0; i < size && seconds[i] + SAME_CLICK_SECONDS > 0; i++) {
        ClickChains of = chains[i];
        int since = seconds[i] - SAME_CLICK_SECONDS;
        for (int at = newest[i]; at >= 0 && of.latest(at) > since; at = of.before(at)) {
          if (isSame(of, at, click, seconds[i])) {
            if (of == current) {
              return true;
            }
            of.forget(at);
          }
          if (++steps == LONGEST_SEARCH) {
            return false;
          }
        }
      }
      return false;
    }

    /** Shows the clicks other than this one, those made so many seconds later among them. */
    void show(StatefulRules.Look look, int click, int secondsAhead) {
      int steps = 0;
      for (int i = 0; i < size && seconds[i] + secondsAhead >= 0; i++) {
        ClickChains of = chains[i];
        int at = newest[i];
        while (at >= 0 && of.latest(at) > seconds[i] - look.reach()) {
          if (!of.isForgotten(at) && !isSame(of, at, click, seconds[i])) {
            look.sees(seconds[i] - of.second(at), of.ad(at));
          }
          if (++steps == LONGEST_LOOK || look.reach() == 0) {
            return;
          }
          at = of.before(at);
        }
      }
    }

    private static boolean isSame(ClickChains of, int at, int click, int second) {
      return of.isClick(at, click)
          && !of.isForgotten(at)
          && Math.abs(second - of.second(at)) < SAME_CLICK_SECONDS;
    }

    /** Keeps nothing in memory that its slice was forgotten with. */
    void letGo() {
      Arrays.fill(chains, null);
    }
  }

  /** What landed in one slice of time. */
  private static final class Slice {
    final long index;
    final long fromMillis;
    final ClickIds ids;
    final ClickChains ofAddresses = new ClickChains(false);
    final ClickChains ofUsers = new ClickChains(true);

    Slice(long index, long fromMillis, long secret) {
      this.index = index;
      this.fromMillis = fromMillis;
      this.ids = new ClickIds(secret);
    }

    /** No click lands in it any more. */
    void seal() {
      ids.seal();
      ofAddresses.seal();
      ofUsers.seal();
    }

    long bytes() {
      return ids.bytes() + ofAddresses.bytes() + ofUsers.bytes();
    }
  }
}
