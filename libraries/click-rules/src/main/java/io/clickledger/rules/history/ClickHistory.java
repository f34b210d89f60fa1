package io.clickledger.rules.history;

import io.clickledger.rules.fraud.StatefulRules;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The recent clicks: determines whether the click_id of a click was seen before, and which stateful
 * rules the click matches. Clicks must be given in the order of landing. The answers depend on the
 * clicks alone, so a history that was fed the same clicks gives the same answers.
 *
 * <p>Time is divided into slices of a sixth of the window. A click belongs to the slice in which it
 * landed and is dropped with it: after one window at the earliest and seven sixths of it at the
 * latest. The slices that are visible to a click depend on its landed_at only, never on batch
 * sizes.
 *
 * <p>One instance is for one thread. It holds a share of the keys: {@link #repeats}, {@link
 * #ofAddress} and {@link #ofUser} are independent of each other, so each may be partitioned by its
 * own key.
 */
public final class ClickHistory {
  /** Slices that a click sees besides its own. */
  public static final int SLICES = 6;

  /** The clicks of a key are stored by hour of clicked_at. */
  static final int HOUR_SECONDS = 3_600;

  /** A repeated click_id is the same click where its clicked_at differs by less than this. */
  static final int SAME_CLICK_SECONDS = 60;

  private final RecentSlices slices;
  private final VisibleClicks ofAddresses = new VisibleClicks(true);
  private final VisibleClicks ofUsers = new VisibleClicks(false);

  /**
   * @param window how long clicks are remembered at least
   * @param secret any number that senders of clicks do not know; no answer depends on it
   */
  public ClickHistory(Duration window, long secret) {
    this(window, secret, Optional.empty());
  }

  /**
   * @param window how long clicks are remembered at least
   * @param secret any number that senders of clicks do not know; no answer depends on it
   * @param whenOver takes each slice as soon as it is over, before a click of a later one changes
   *     it; those that were appended it does not get
   */
  public ClickHistory(Duration window, long secret, Consumer<ClickSlice> whenOver) {
    this(window, secret, Optional.of(whenOver));
  }

  private ClickHistory(Duration window, long secret, Optional<Consumer<ClickSlice>> whenOver) {
    this.slices = new RecentSlices(sliceMillis(window), secret, whenOver, this::dropReferences);
  }

  /** Which slice of time the instant is in, counted from the epoch. */
  public static long sliceAt(Duration window, long millis) {
    return Math.floorDiv(millis, sliceMillis(window));
  }

  /**
   * When the slice begins.
   *
   * @return epoch milliseconds
   */
  public static long sliceBegin(Duration window, long index) {
    return index * sliceMillis(window);
  }

  /**
   * Start of the oldest slice that is visible to a click with this landing.
   *
   * @return epoch milliseconds
   */
  public static long visibleFrom(Duration window, long landedAtMillis) {
    return sliceBegin(window, sliceAt(window, landedAtMillis) - SLICES);
  }

  /**
   * Whether this click_id was seen before; adds it.
   *
   * @param high the UUID's most significant bits
   * @param low its least significant bits
   */
  public boolean repeats(long high, long low, long landedAtMillis) {
    ClickSlice current = slices.at(landedAtMillis);
    if (!current.add(high, low, landedAtMillis)) {
      return true;
    }
    for (ClickSlice slice : slices) {
      if (slice != current && slice.contains(high, low)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The rules that the click matches by earlier clicks of its address; adds the click.
   *
   * @param address a hash of the address
   * @param click a hash of the click_id
   * @return the rules' bits in {@code rules}
   */
  public int ofAddress(
      long address, int clickedAtSecond, int click, long landedAtMillis, StatefulRules rules) {
    return evaluate(rules.ofAddress(), address, clickedAtSecond, click, 0, landedAtMillis, true);
  }

  /**
   * The rules that the click matches by earlier clicks of its user; adds the click.
   *
   * @param user a hash of the user
   * @param click a hash of the click_id
   * @param ad a hash of the ad
   * @return the rules' bits in {@code rules}
   */
  public int ofUser(
      long user, int clickedAtSecond, int click, int ad, long landedAtMillis, StatefulRules rules) {
    return evaluate(rules.ofUser(), user, clickedAtSecond, click, ad, landedAtMillis, false);
  }

  /** Remembers the click_id as {@link #repeats} does. */
  void remember(long high, long low, long landedAtMillis) {
    slices.at(landedAtMillis).add(high, low, landedAtMillis);
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
    ClickSlice current = slices.at(landedAtMillis);
    boolean known = mayBeKnown && visible(key, second, 0, ofAddress).remembers(click, current);
    if (!known) {
      add(current.logs(ofAddress), key, second, click, ad);
    }
  }

  /**
   * Lets the slices that end by then be over, though no click of a later one came yet.
   *
   * @param endMillis where all clicks to come land, at the earliest
   */
  public void seal(long endMillis) {
    slices.seal(endMillis);
  }

  /**
   * Appends a slice that is over, of a history with the same window and secret: it is afterwards as
   * if the slice's clicks had been fed to it.
   *
   * @param slice a later one than those that are here; it must not be used again
   */
  public void append(ClickSlice slice) {
    slices.append(slice);
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

  /** Memory of the history in bytes. */
  public long bytes() {
    return slices.sum(ClickSlice::bytes);
  }

  /** How many click_ids are remembered; one that landed in two slices counts in both. */
  public long ids() {
    return slices.sum(ClickSlice::ids);
  }

  private int evaluate(
      StatefulRules.KeyRules rules,
      long key,
      int second,
      int click,
      int ad,
      long landedAtMillis,
      boolean ofAddress) {
    ClickSlice current = slices.at(landedAtMillis);
    VisibleClicks visible = visible(key, second, rules.secondsAhead(), ofAddress);
    boolean known = visible.remembers(click, current);
    StatefulRules.Evaluation evaluation = rules.evaluation(ad, visible.clicks());
    visible.addTo(evaluation, click, rules.secondsAhead());
    if (!known) {
      add(current.logs(ofAddress), key, second, click, ad);
    }
    return evaluation.matched();
  }

  /** The key's logs that the evaluation of a click can see. */
  private VisibleClicks visible(long key, int second, int secondsAhead, boolean ofAddress) {
    // By hour, so that a search never scans a whole day that landed at once. A window may extend
    // into the previous hour, a repeat into the next one, too.
    int hour = hourOf(second);
    VisibleClicks visible = ofAddress ? ofAddresses : ofUsers;
    visible.begin(second);
    for (ClickSlice slice : slices) {
      visible.add(slice, key, hour);
      visible.add(slice, key, hour - 1);
    }
    // Last, so that clicks of later times do not use up the lookback.
    if (hourOf(second + Math.max(secondsAhead, SAME_CLICK_SECONDS - 1)) > hour) {
      for (ClickSlice slice : slices) {
        visible.add(slice, key, hour + 1);
      }
    }
    return visible;
  }

  /** A slice that was dropped must not stay in memory. */
  private void dropReferences() {
    ofAddresses.clear();
    ofUsers.clear();
  }

  private static void add(ClickLog current, long key, int second, int click, int ad) {
    int hour = hourOf(second);
    current.add(inHour(key, hour), second - hour * HOUR_SECONDS, click, ad);
  }

  private static int hourOf(int second) {
    return Math.floorDiv(second, HOUR_SECONDS);
  }

  static long inHour(long key, int hour) {
    return key ^ hour * 0x9e3779b97f4a7c15L;
  }

  private static long sliceMillis(Duration window) {
    if (window.toMillis() < SLICES) {
      throw new IllegalArgumentException(
          "window must be at least " + SLICES + " ms, was " + window);
    }
    return window.toMillis() / SLICES;
  }
}
