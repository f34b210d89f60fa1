package io.clickledger.batch.billing.run;

import io.clickledger.batch.billing.run.StreamedLake.Arrival;
import io.clickledger.rules.json.ClickTimes;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;

/**
 * Clicks of many days: some on every day, late ones of every age that lands, and repeats at once,
 * soon, and on both sides of the horizon; in random order over the partitions.
 */
final class MonthTraffic {
  private static final int PARTITIONS = 3;
  private static final Duration MAX_AGE = ClickTimes.MAX_BEFORE_REFERENCE;

  /** How long after a click it may come again: about the horizon, and at its very ends. */
  private static final List<Duration> REPEATS =
      List.of(
          Duration.ofSeconds(3),
          Duration.ofDays(2),
          Duration.ofDays(34),
          MAX_AGE,
          BillingLake.DEDUP_HORIZON.minusMillis(1),
          BillingLake.DEDUP_HORIZON,
          BillingLake.DEDUP_HORIZON.plusMillis(1),
          Duration.ofDays(37),
          Duration.ofDays(38),
          Duration.ofDays(39),
          Duration.ofDays(40));

  /** No page, the publisher's own ones, somebody else's, and a cache that the rules learn of. */
  private static final List<String> HOSTS =
      Arrays.asList(null, "news.example", "m.news.example", "other.example", "a.cache.example");

  private static final List<List<String>> FLAGS =
      List.of(
          List.of("test-robot"),
          List.of("test-behaviour"),
          List.of("test-behaviour", "test-robot"));

  private final Random random;
  private final int clicksPerDay;
  private final LocalDate quietDay;
  private final PriorityQueue<TestClick> repeats =
      new PriorityQueue<>(Comparator.comparing(TestClick::clickedAt));
  private final List<TestClick> history = new ArrayList<>();
  private int lateAge;

  /**
   * @param quietDay has no clicks until late ones come
   */
  MonthTraffic(long seed, int clicksPerDay, LocalDate quietDay) {
    this.random = new Random(seed);
    this.clicksPerDay = clicksPerDay;
    this.quietDay = quietDay;
  }

  /** What lands at an instant, since the landing before it. */
  List<Arrival> between(Instant from, Instant at) {
    List<TestClick> clicks = new ArrayList<>();
    int onTime = (int) Math.max(6, clicksPerDay * Duration.between(from, at).toHours() / 24);
    for (int i = 0; i < onTime; i++) {
      add(clicks, click(newId(), instantBetween(from, at)));
    }
    while (!repeats.isEmpty() && repeats.peek().clickedAt().isBefore(at)) {
      clicks.add(repeats.poll());
    }
    addLate(clicks, at);
    history.addAll(clicks);
    Collections.shuffle(clicks, random);
    List<Arrival> arrivals = new ArrayList<>();
    for (TestClick click : clicks) {
      arrivals.add(new Arrival.Clicked(random.nextInt(PARTITIONS), click));
    }
    arrivals.add(random.nextInt(clicks.size()), new Arrival.Marker(random.nextInt(PARTITIONS)));
    arrivals.add(random.nextInt(clicks.size()), new Arrival.Refused(random.nextInt(PARTITIONS)));
    return arrivals;
  }

  private void add(List<TestClick> clicks, TestClick click) {
    if (LocalDate.ofInstant(click.clickedAt(), ZoneOffset.UTC).equals(quietDay)) {
      return;
    }
    clicks.add(click);
    if (random.nextInt(3) == 0) {
      Duration after = REPEATS.get(random.nextInt(REPEATS.size()));
      repeats.add(at(click, click.clickedAt().plus(after)));
    }
  }

  /**
   * Two late clicks of the next ages, so that every age has its turn, and the oldest that lands:
   * new ones, and repeats of what was clicked about a horizon before them or any time else.
   */
  private void addLate(List<TestClick> clicks, Instant at) {
    Instant oldest = at.minus(MAX_AGE).plusSeconds(1);
    for (int i = 0; i < 2; i++) {
      lateAge = lateAge % 35 + 1;
      Instant clickedAt = at.minus(Duration.ofDays(lateAge)).plusSeconds(1 + random.nextInt(3_600));
      clicks.add(click(newId(), clickedAt));
      if (!history.isEmpty() && random.nextBoolean()) {
        clicks.add(at(history.get(random.nextInt(history.size())), clickedAt));
      }
    }
    // Its evidence is the first that retention comes to.
    history.stream()
        .filter(
            old ->
                Duration.between(old.clickedAt(), oldest).compareTo(BillingLake.DEDUP_HORIZON) <= 0)
        .min(Comparator.comparing(TestClick::clickedAt))
        .ifPresent(old -> clicks.add(at(old, oldest)));
  }

  private TestClick click(String id, Instant clickedAt) {
    int ad = 1 + random.nextInt(4);
    return new TestClick(
        id,
        clickedAt,
        "ad-" + ad,
        "publisher-" + random.nextInt(3),
        ad == 4 ? "claimed" : null,
        random.nextInt(4) == 0 ? null : "FR",
        "PHONE",
        random.nextInt(8) == 0 ? FLAGS.get(random.nextInt(FLAGS.size())) : List.of(),
        random.nextInt(8) == 0 ? null : "user-" + random.nextInt(60),
        HOSTS.get(random.nextInt(HOSTS.size())),
        null);
  }

  private static TestClick at(TestClick click, Instant clickedAt) {
    return click.at(clickedAt.toString());
  }

  private String newId() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private Instant instantBetween(Instant from, Instant to) {
    return from.plusMillis((long) (random.nextDouble() * Duration.between(from, to).toMillis()));
  }
}
