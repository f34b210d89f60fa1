package io.clickledger.rules.history;

import io.clickledger.rules.fraud.StatefulRules;
import java.util.Arrays;

/** The earlier clicks of one key that a click can see, in all slices of a {@link ClickHistory}. */
final class VisibleClicks {
  /**
   * Maximum number of later-landed clicks of its key that are searched for an earlier landing of
   * the same click: the greatest limit of the shipped rules. A landing further back is not found,
   * so the click counts once more.
   */
  private static final int MAX_DEDUP_SCAN = 5_000;

  /** Hours of clicked_at that a search may reach into: its own, the next and the one before. */
  private static final int HOURS = 3;

  private final boolean ofAddress;
  private final ClickSlice[] slices = new ClickSlice[(ClickHistory.SLICES + 1) * HOURS];
  private final ClickLog[] logs = new ClickLog[slices.length];
  private final int[] newest = new int[logs.length];

  /** clicked_at of the click itself, in seconds since the start of each log's hour. */
  private final int[] seconds = new int[logs.length];

  private int size;

  /** clicked_at of the click itself, in seconds. */
  private int second;

  private int clicks;

  VisibleClicks(boolean ofAddress) {
    this.ofAddress = ofAddress;
  }

  /** Starts the search of a click with this clicked_at. */
  void begin(int second) {
    this.second = second;
    size = 0;
    clicks = 0;
  }

  /** How many clicks there are, at most. */
  int clicks() {
    return clicks;
  }

  void add(ClickSlice slice, long key, int hour) {
    ClickLog ofSlice = slice.logs(ofAddress);
    int place = ofSlice.place(ClickHistory.inHour(key, hour));
    if (ofSlice.count(place) > 0) {
      slices[size] = slice;
      logs[size] = ofSlice;
      newest[size] = ofSlice.newest(place);
      seconds[size++] = second - hour * ClickHistory.HOUR_SECONDS;
      clicks += ofSlice.count(place);
    }
  }

  /**
   * Whether the current slice already has the click. An entry of an earlier slice is marked as
   * forgotten, so that the click is stored once, in the newest slice. The result depends on no rule
   * and, unless the search limit is reached, only on clicks that a later driver loads, too.
   */
  boolean remembers(int click, ClickSlice current) {
    int steps = 0;
    for (int i = 0; i < size && seconds[i] + ClickHistory.SAME_CLICK_SECONDS > 0; i++) {
      ClickLog log = logs[i];
      int since = seconds[i] - ClickHistory.SAME_CLICK_SECONDS;
      for (int at = newest[i]; at >= 0 && log.latest(at) > since; at = log.before(at)) {
        if (isSame(log, at, click, seconds[i])) {
          if (slices[i] == current) {
            return true;
          }
          current.drop(slices[i], ofAddress, at);
        }
        if (++steps == MAX_DEDUP_SCAN) {
          return false;
        }
      }
    }
    return false;
  }

  /** Adds all visible clicks other than this one to the evaluation, up to so many seconds later. */
  void addTo(StatefulRules.Evaluation evaluation, int click, int secondsAhead) {
    int steps = 0;
    for (int i = 0; i < size && seconds[i] + secondsAhead >= 0; i++) {
      ClickLog log = logs[i];
      int at = newest[i];
      while (at >= 0 && log.latest(at) > seconds[i] - evaluation.reach()) {
        if (!log.isForgotten(at) && !isSame(log, at, click, seconds[i])) {
          evaluation.add(seconds[i] - log.second(at), log.ad(at));
        }
        if (++steps == StatefulRules.MAX_LOOKBACK || evaluation.reach() == 0) {
          return;
        }
        at = log.before(at);
      }
    }
  }

  private static boolean isSame(ClickLog log, int at, int click, int second) {
    return log.isClick(at, click)
        && !log.isForgotten(at)
        && Math.abs(second - log.second(at)) < ClickHistory.SAME_CLICK_SECONDS;
  }

  /** Keeps nothing in memory that its slice was forgotten with. */
  void clear() {
    Arrays.fill(slices, null);
    Arrays.fill(logs, null);
  }
}
