package io.clickledger.rules.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A list of clicks that is searched from one end to the other, by the rules of {@link
 * ClickHistoryTest#RULES} as their documentation words them.
 */
final class NaiveHistory {
  private final Duration window;
  private final List<HistoryClick> earlier = new ArrayList<>();

  /** Each click once, as it was given in the last slice that it came in. */
  private final List<HistoryClick> remembered = new ArrayList<>();

  NaiveHistory(Duration window) {
    this.window = window;
  }

  void remember(HistoryClick click) {
    earlier.add(click);
    if (remembered.stream()
        .noneMatch(other -> other.isSame(click) && slice(other) == slice(click))) {
      remembered.removeIf(other -> other.isSame(click) && isVisible(other, click));
      remembered.add(click);
    }
  }

  boolean repeats(HistoryClick click) {
    return earlier.stream().anyMatch(other -> other.id() == click.id() && isVisible(other, click));
  }

  List<String> ofAddress(HistoryClick click) {
    List<String> ids = new ArrayList<>();
    if (within(click, 10) + 1 > 3) {
      ids.add("address-10s");
    }
    if (within(click, 60) + 1 > 5) {
      ids.add("address-1m");
    }
    if (within(click, 3_600) + 1 > 40) {
      ids.add("address-1h");
    }
    return ids;
  }

  List<String> ofUser(HistoryClick click) {
    List<String> ids = new ArrayList<>();
    if (within(click, 10) + 1 > 2) {
      ids.add("user-10s");
    }
    if (others(click)
        .filter(other -> Math.abs(other.second() - click.second()) < 5)
        .anyMatch(other -> other.ad() == click.ad())) {
      ids.add("repeat");
    }
    return ids;
  }

  /** How many other clicks of the key are in the window that ends with the click. */
  private long within(HistoryClick click, int seconds) {
    return others(click)
        .filter(other -> other.second() <= click.second())
        .filter(other -> other.second() > click.second() - seconds)
        .count();
  }

  private Stream<HistoryClick> others(HistoryClick click) {
    return remembered.stream()
        .filter(other -> other.key() == click.key() && isVisible(other, click))
        .filter(other -> !other.isSame(click));
  }

  private long slice(HistoryClick click) {
    return ClickHistory.sliceAt(window, click.landedAt());
  }

  private boolean isVisible(HistoryClick earlier, HistoryClick click) {
    return earlier.landedAt() >= ClickHistory.visibleFrom(window, click.landedAt());
  }
}
