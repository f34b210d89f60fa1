package io.clickledger.rules.history;

import io.clickledger.rules.fraud.StatefulRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A click as histories know it: {@code click(1).by(7).onAd(9).atSecond(1000).landedAt(0)}.
 *
 * @param id stands for the click_id
 * @param key stands for the address and for the user
 * @param second when it was clicked
 * @param landedAt in milliseconds
 */
record HistoryClick(int id, int key, int ad, int second, long landedAt) {
  /** A click of that id, all else by default. */
  static HistoryClick click(int id) {
    return new HistoryClick(id, 7, 9, 1000, 0);
  }

  HistoryClick by(int otherKey) {
    return new HistoryClick(id, otherKey, ad, second, landedAt);
  }

  HistoryClick onAd(int otherAd) {
    return new HistoryClick(id, key, otherAd, second, landedAt);
  }

  HistoryClick atSecond(int otherSecond) {
    return new HistoryClick(id, key, ad, otherSecond, landedAt);
  }

  HistoryClick landedAt(long millis) {
    return new HistoryClick(id, key, ad, second, millis);
  }

  /** Tells the history of its click_id; whether that was there before. */
  boolean repeatsIn(ClickHistory history) {
    return history.repeats(id, -1, landedAt);
  }

  /** Tells the history of its address; ids of the rules that it matches. */
  List<String> ofAddressIn(ClickHistory history, StatefulRules rules) {
    return rules.ids(history.ofAddress(key, second, id, landedAt, rules));
  }

  /** Tells the history of its user; ids of the rules that it matches. */
  List<String> ofUserIn(ClickHistory history, StatefulRules rules) {
    return rules.ids(history.ofUser(key, second, id, ad, landedAt, rules));
  }

  /** Tells the history of all of it; all answers. */
  List<Object> in(ClickHistory history, StatefulRules rules) {
    return List.of(repeatsIn(history), ofAddressIn(history, rules), ofUserIn(history, rules));
  }

  void loadInto(HistoryLoad load) {
    load.remember(id, -1, landedAt);
    load.rememberOfAddress(key, second, id, landedAt);
    load.rememberOfUser(key, second, id, ad, landedAt);
  }

  /** Whether it is the same click to the rules. */
  boolean isSame(HistoryClick other) {
    return id == other.id && key == other.key && Math.abs(second - other.second) < 60;
  }

  /** Clicks in the order of landing; some come twice, some late, now and then a pause. */
  static List<HistoryClick> random(Random random, int keys) {
    List<HistoryClick> clicks = new ArrayList<>();
    long landedAt = random.nextInt(1_000_000);
    for (int i = 0; i < 400; i++) {
      landedAt += random.nextInt(50) == 0 ? random.nextInt(2_000_000) : random.nextInt(5_000);
      if (!clicks.isEmpty() && random.nextInt(6) == 0) {
        HistoryClick again = clicks.get(random.nextInt(clicks.size()));
        int second = again.second + (random.nextInt(3) == 0 ? random.nextInt(200) - 100 : 0);
        clicks.add(again.atSecond(second).landedAt(landedAt));
      } else {
        int late = random.nextInt(5) == 0 ? random.nextInt(random.nextBoolean() ? 90 : 9_000) : 0;
        int second = (int) (landedAt / 1000) - late;
        clicks.add(
            click(i)
                .by(random.nextInt(keys))
                .onAd(random.nextInt(3))
                .atSecond(second)
                .landedAt(landedAt));
      }
    }
    return clicks;
  }
}
