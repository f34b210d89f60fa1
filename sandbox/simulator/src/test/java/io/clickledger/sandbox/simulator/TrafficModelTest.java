package io.clickledger.sandbox.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.ArrayList;
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
  void makesTheSameClicksForTheSameSeed() {
    assertThat(clicks(5, 2_000)).isEqualTo(clicks(5, 2_000)).isNotEqualTo(clicks(6, 2_000));
  }

  @Test
  void makesAsMuchTroubleAsAsked() {
    Map<Label, Long> counts =
        clicks(1, 60_000).stream()
            .collect(Collectors.groupingBy(SimulatedClick::label, Collectors.counting()));

    assertThat(counts).containsOnlyKeys(Label.values());
    assertThat(counts.get(Label.ROBOT) / 60_000.0).isCloseTo(Trouble.USUAL.robots(), within(0.005));
    assertThat(counts.get(Label.RETRY) / 60_000.0)
        .isCloseTo(Trouble.USUAL.retries(), within(0.005));
  }

  @Test
  void spreadsHistoryByDayAndNightAndInOrder() {
    TrafficModel model = new TrafficModel(CATALOGUE, Trouble.NONE, 3, Optional.empty());

    List<SimulatedClick> history = model.history(NOON.minusSeconds(86_400), NOON, 20_000);

    assertThat(history)
        .hasSize(20_000)
        .isSortedAccordingTo((a, b) -> a.clickedAt().compareTo(b.clickedAt()));
    long evening = inHour(history, "2026-11-19T19");
    long night = inHour(history, "2026-11-20T03");
    assertThat(evening).isGreaterThan(night);
  }

  @Test
  void oracleCountsARetryAsADuplicateAndARobotAsInvalid() {
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
        .isEqualTo(new Oracle.Totals(5, 1, 1, 3, Map.of("EUR", 200L, "USD", 300L)));
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

  private static List<SimulatedClick> clicks(long seed, int count) {
    TrafficModel model = new TrafficModel(CATALOGUE, Trouble.USUAL, seed, Optional.empty());
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
        OracleEntry.Target.KAFKA,
        0,
        0,
        "0@0",
        0);
  }
}
