package io.clickledger.sandbox.simulator.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.clickledger.sandbox.simulator.oracle.Oracle;
import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrafficModelTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Catalogue CATALOGUE =
      new Catalogue(
          List.of(
              new Catalogue.Ad("ad-1", "cmp-1", "adv-1", 200, "EUR"),
              new Catalogue.Ad("ad-2", "cmp-1", "adv-2", 300, "USD")),
          List.of("pub-1", "pub-2"));

  @Test
  void sendsLateClicksOfEveryAgeUpToTheLimit() {
    TrafficModel model =
        new TrafficModel(
            CATALOGUE,
            Trouble.NONE.with("late=1"),
            1,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.of(Duration.ofDays(35)));

    List<Long> daysOld =
        IntStream.range(0, 10_000)
            .mapToObj(i -> model.next(NOON))
            .map(click -> Duration.between(click.clickedAt(), NOON).toDays())
            .toList();

    assertThat(daysOld).allMatch(days -> days >= 0 && days < 35);
    for (long day = 0; day < 35; day++) {
      assertThat(Collections.frequency(daysOld, day)).as("day %d", day).isBetween(150, 450);
    }
  }

  @Test
  void makesTheSameClicksForTheSameSeed() {
    assertThat(clicks(5, 2_000)).isEqualTo(clicks(5, 2_000)).isNotEqualTo(clicks(6, 2_000));
  }

  @Test
  void makesAsMuchTroubleAsAsked() {
    Map<Label, Long> counts =
        clicks(1, 60_000).stream()
            .collect(Collectors.groupingBy(SimulatedClick::label, Collectors.counting()));

    assertThat(counts)
        .containsOnlyKeys(
            Arrays.stream(Label.values())
                .filter(label -> label != Label.FARM && !label.isInvalidByBehaviour())
                .toArray(Label[]::new));
    assertThat(counts.get(Label.ROBOT) / 60_000.0).isCloseTo(Trouble.USUAL.robots(), within(0.005));
    assertThat(counts.get(Label.RETRY) / 60_000.0)
        .isCloseTo(Trouble.USUAL.retries(), within(0.005));
  }

  @Test
  void spreadsHistoryByDayAndNightAndInOrder() {
    TrafficModel model = new TrafficModel(CATALOGUE, Trouble.NONE, 3, 7, Optional.empty());

    List<SimulatedClick> history = model.history(NOON.minusSeconds(86_400), NOON, 20_000).toList();

    assertThat(history)
        .hasSize(20_000)
        .isSortedAccordingTo((a, b) -> a.clickedAt().compareTo(b.clickedAt()));
    long evening = inHour(history, "2026-11-19T19");
    long night = inHour(history, "2026-11-20T03");
    assertThat(evening).isGreaterThan(night);
    // What live traffic that follows the day takes as its rate.
    assertThat(evening * 24 / 20_000.0).isCloseTo(activity("2026-11-19T19:30:00Z"), within(0.15));
    assertThat(night * 24 / 20_000.0).isCloseTo(activity("2026-11-20T03:30:00Z"), within(0.15));
  }

  private static double activity(String time) {
    return TrafficModel.activity(Instant.parse(time));
  }

  @Test
  void oracleCountsRetriesAsDuplicatesAndRobotsAsInvalid() {
    List<OracleEntry> entries =
        List.of(
            entry(Label.PLAIN, "a", "ad-1", false),
            entry(Label.RETRY, "a", "ad-1", false),
            entry(Label.ROBOT, "b", "ad-1", true),
            entry(Label.PLAIN, "c", "ad-2", false),
            entry(Label.UNKNOWN_AD, "d", "ad-gone", false),
            entry(Label.MALFORMED, "e", "", false));

    Oracle oracle = new Oracle(entries, CATALOGUE);

    assertThat(oracle.totals())
        .isEqualTo(new Oracle.Totals(5, 1, 1, 0, 3, Map.of("EUR", 200L, "USD", 300L)));
    assertThat(oracle.landed()).isEqualTo(5);
    assertThat(oracle.rejected()).isEqualTo(1);
  }

  @Test
  void oracleNoticesADroppedAndADoubledClick() {
    List<OracleEntry> entries =
        IntStream.range(0, 100)
            .mapToObj(i -> entry(Label.PLAIN, "c" + i, "ad-1", false))
            .collect(Collectors.toCollection(ArrayList::new));
    Oracle.Totals sent = new Oracle(entries, CATALOGUE).totals();

    entries.add(entries.get(7));
    assertThat(new Oracle(entries, CATALOGUE).totals()).isNotEqualTo(sent);
    entries.remove(100);
    entries.remove(7);
    assertThat(new Oracle(entries, CATALOGUE).totals()).isNotEqualTo(sent);
  }

  @Test
  void makesOtherClicksOfTheSameUsersInAnotherRun() {
    List<SimulatedClick> one = run(1, 2_000);
    List<SimulatedClick> other = run(2, 2_000);

    assertThat(one.stream().map(SimulatedClick::clickId))
        .doesNotContainAnyElementsOf(other.stream().map(SimulatedClick::clickId).toList());
    assertThat(one.stream().map(SimulatedClick::userId))
        .containsAnyElementsOf(other.stream().map(SimulatedClick::userId).toList());
  }

  @Test
  void repeatsTheBytesOfARetriedClick() {
    List<SimulatedClick> clicks = clicks(4, 5_000);

    for (int i = 1; i < clicks.size(); i++) {
      if (clicks.get(i).label() == Label.RETRY) {
        assertThat(clicks.get(i).json()).isEqualTo(clicks.get(i - 1).json());
      }
    }
  }

  @Test
  void doubleClicksAreOfOneUserAdPageAndMinute() {
    // The clock begins at a minute's start, so the first seconds' pairs fall before it.
    List<SimulatedClick> clicks = clicks(4, 5_000);

    for (int i = 1; i < clicks.size(); i++) {
      SimulatedClick second = clicks.get(i);
      if (second.label() == Label.DOUBLE_CLICK) {
        SimulatedClick first = clicks.get(i - 1);
        assertThat(second.userId()).isEqualTo(first.userId());
        assertThat(second.adId()).isEqualTo(first.adId());
        assertThat(second.publisherId()).isEqualTo(first.publisherId());
        assertThat(second.follows()).contains(first.clickId());
        assertThat(second.clickedAt().truncatedTo(ChronoUnit.MINUTES))
            .isEqualTo(first.clickedAt().truncatedTo(ChronoUnit.MINUTES));
        assertThat(second.clickId()).isNotEqualTo(first.clickId());
        assertThat(Duration.between(first.clickedAt(), second.clickedAt()))
            .isBetween(Duration.ofMillis(1), Duration.ofSeconds(2));
      }
    }
  }

  @Test
  void nobodyClicksTwiceWithoutARestHoweverFastItGoes() {
    TrafficModel model = new TrafficModel(CATALOGUE, Trouble.NONE, 1, 1, Optional.empty());
    Map<String, Instant> last = new HashMap<>();

    for (int i = 0; i < 300_000; i++) {
      Instant now = NOON.plusMillis(i);
      Instant before = last.put(model.next(now).userId(), now);
      if (before != null) {
        assertThat(Duration.between(before, now).toSeconds())
            .isGreaterThanOrEqualTo(Population.REST_SECONDS - 1);
      }
    }
    assertThat(last).hasSizeLessThan(250_000);
  }

  @Test
  void clicksFewAdsOftenAndManyRarely() {
    List<Catalogue.Ad> ads =
        IntStream.range(0, 100)
            .mapToObj(i -> new Catalogue.Ad("ad-" + i, "cmp-1", "adv-1", 100, "EUR"))
            .toList();
    TrafficModel model =
        new TrafficModel(
            new Catalogue(ads, List.of("pub-1")), Trouble.NONE, 1, 1, Optional.empty());

    List<Long> counts =
        IntStream.range(0, 20_000)
            .mapToObj(i -> model.next(NOON))
            .collect(Collectors.groupingBy(SimulatedClick::adId, Collectors.counting()))
            .values()
            .stream()
            .sorted(Comparator.reverseOrder())
            .toList();

    long best = counts.stream().limit(10).mapToLong(Long::longValue).sum();
    assertThat(best).isGreaterThan(20_000 / 2);
  }

  @Test
  void aHotAdGetsItsShareFromAllUsers() {
    TrafficModel model =
        new TrafficModel(
            CATALOGUE, Trouble.USUAL, 1, 1, Optional.empty(), Optional.of(0.9), Optional.empty());

    List<SimulatedClick> clicks =
        IntStream.range(0, 60_000)
            .mapToObj(i -> model.next(NOON.plusMillis(i)))
            .filter(click -> !click.isMalformed() && click.label() != Label.UNKNOWN_AD)
            .toList();

    List<SimulatedClick> hot = clicks.stream().filter(c -> c.adId().equals("ad-1")).toList();
    assertThat(hot.size() / (double) clicks.size()).isCloseTo(0.9, within(0.01));
    assertThat(hot.stream().map(SimulatedClick::userId).distinct().count())
        .isGreaterThan(hot.size() / 2);
  }

  @Test
  void makesEveryMalformationThatThereIs() {
    TrafficModel model =
        new TrafficModel(CATALOGUE, Trouble.NONE.with("malformed=1"), 1, 1, Optional.empty());

    assertThat(
            IntStream.range(0, 1_000)
                .mapToObj(i -> model.next(NOON).malformation().orElseThrow())
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(Malformation.values());
  }

  @Test
  void changesOnlyTheSharesThatAreNamed() {
    assertThat(Trouble.NONE.with("late=0.5,robots=0.25"))
        .isEqualTo(new Trouble(0, 0, 0.25, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0));
    assertThatThrownBy(() -> Trouble.NONE.with("bots=0.5"))
        .hasMessageContaining("trouble must be NAME=SHARE")
        .hasMessageContaining("was bots=0.5");
  }

  private static List<SimulatedClick> clicks(long seed, int count) {
    TrafficModel model = new TrafficModel(CATALOGUE, Trouble.USUAL, seed, 7, Optional.empty());
    return IntStream.range(0, count).mapToObj(i -> model.next(NOON.plusMillis(i))).toList();
  }

  private static List<SimulatedClick> run(long run, int count) {
    TrafficModel model = new TrafficModel(CATALOGUE, Trouble.NONE, 1, run, Optional.empty());
    return IntStream.range(0, count).mapToObj(i -> model.next(NOON.plusMillis(i))).toList();
  }

  private static long inHour(List<SimulatedClick> clicks, String hour) {
    return clicks.stream().filter(c -> c.clickedAt().toString().startsWith(hour)).count();
  }

  private static OracleEntry entry(Label label, String id, String ad, boolean invalid) {
    return new OracleEntry(
        label,
        id,
        NOON.toEpochMilli(),
        ad,
        "pub-1",
        invalid,
        null,
        Target.KAFKA,
        0,
        0,
        "0@0",
        0,
        null);
  }
}
