package io.clickledger.sandbox.simulator.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.Label;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.Target;
import io.clickledger.sandbox.simulator.traffic.TrafficModel;
import io.clickledger.sandbox.simulator.traffic.Trouble;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OracleTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Catalogue CATALOGUE =
      new Catalogue(
          List.of(
              new Catalogue.Ad("ad-1", "cmp-1", "adv-1", 200, "EUR"),
              new Catalogue.Ad("ad-2", "cmp-2", "adv-2", 300, "USD")),
          List.of("pub-1", "pub-2"));

  @Test
  void countsWhatCountingOneByOneCounts() {
    List<SimulatedClick> clicks = clicks(20_000);
    Set<String> seen = new HashSet<>();
    Set<Label> general =
        Set.of(
            Label.DATA_CENTRE,
            Label.ROBOT,
            Label.NO_USER_AGENT,
            Label.IMPOSSIBLE_USER_AGENT,
            Label.FOREIGN_PAGE);
    Map<String, long[]> counts = new TreeMap<>();
    long euros = 0;
    for (SimulatedClick click : clicks) {
      if (click.label() == Label.MALFORMED) {
        continue;
      }
      long[] count = counts.computeIfAbsent(click.adId(), ad -> new long[5]);
      count[0]++;
      boolean first = seen.add(click.clickId());
      int verdict = general.contains(click.label()) ? 2 : click.follows().isPresent() ? 3 : 4;
      count[first ? verdict : 1]++;
      euros += first && verdict == 4 && click.adId().equals("ad-1") ? 200 : 0;
    }

    Oracle oracle = oracle(entries(clicks));

    Map<String, Oracle.Totals> byAd = oracle.totalsBy(OracleEntry::adId);
    assertThat(byAd).containsOnlyKeys(counts.keySet());
    byAd.forEach(
        (ad, totals) ->
            assertThat(
                    List.of(
                        totals.gross(),
                        totals.duplicate(),
                        totals.generalInvalid(),
                        totals.sophisticatedInvalid(),
                        totals.valid()))
                .as(ad)
                .isEqualTo(Arrays.stream(counts.get(ad)).boxed().toList()));
    assertThat(oracle.totals().costMicros()).containsEntry("EUR", euros);
    assertThat(oracle.landed() + oracle.rejected()).isEqualTo(clicks.size());
  }

  @Test
  void noticesOneClickDroppedOrDoubledAnywhere() {
    List<OracleEntry> entries = entries(clicks(300));
    Oracle.Totals sent = oracle(entries).totals();

    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).isClick()) {
        continue;
      }
      List<OracleEntry> dropped = new ArrayList<>(entries);
      dropped.remove(i);
      List<OracleEntry> doubled = new ArrayList<>(entries);
      doubled.add(entries.get(i));
      assertThat(oracle(dropped).totals()).isNotEqualTo(sent);
      assertThat(oracle(doubled).totals()).isNotEqualTo(sent);
    }
  }

  @Test
  void namesReasonsOfRejectedRecordsWithoutThoseThatHttpRefused() {
    TrafficModel model =
        new TrafficModel(CATALOGUE, Trouble.NONE.with("malformed=1"), 1, 1, Optional.empty());
    List<SimulatedClick> malformed =
        IntStream.range(0, 500).mapToObj(i -> model.next(NOON)).toList();
    List<OracleEntry> entries = new ArrayList<>(entries(malformed));
    malformed.forEach(click -> entries.add(OracleEntry.of(click, Target.HTTP, 0, "400", 0)));

    Map<String, Long> reasons = oracle(entries).rejectedBy();

    assertThat(reasons.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(500);
    assertThat(reasons)
        .containsKeys("EMPTY", "TOO_DEEP", "INCOMPLETE_PAIR")
        .doesNotContainKey("NOT_ALLOWED");
    assertThat(oracle(entries).totals()).isEqualTo(Oracle.Totals.NONE);
  }

  @Test
  void saysBetweenWhichNumbersUnansweredAttemptsLeaveIt() {
    SimulatedClick answered = plain(0);
    SimulatedClick givenUp = plain(1);
    List<OracleEntry> entries =
        List.of(
            OracleEntry.of(answered, Target.HTTP, 0, "202", 2),
            OracleEntry.of(givenUp, Target.HTTP, 0, OracleEntry.NONE, 3));

    Oracle oracle = oracle(entries);

    assertThat(oracle.uncertain()).isEqualTo(5);
    Oracle.Totals least = oracle.totals();
    Oracle.Totals most = oracle.totalsBy(entry -> "", Oracle.Unanswered.LANDED).get("");
    assertThat(List.of(least.gross(), least.duplicate(), least.valid()))
        .containsExactly(1L, 0L, 1L);
    assertThat(List.of(most.gross(), most.duplicate(), most.valid())).containsExactly(6L, 4L, 2L);
  }

  @Test
  void callsADoubleClickValidWhereItsFirstIsLost() {
    List<SimulatedClick> pair = two("double-clicks=1");
    OracleEntry second = OracleEntry.of(pair.get(1), Target.KAFKA, 0, "0@1", 0);

    Oracle both = oracle(List.of(second, OracleEntry.of(pair.get(0), Target.KAFKA, 0, "0@0", 0)));
    Oracle oneOnly =
        oracle(List.of(second, OracleEntry.of(pair.get(0), Target.KAFKA, 0, OracleEntry.NONE, 1)));

    assertThat(both.totals().sophisticatedInvalid()).isEqualTo(1);
    assertThat(both.totals().valid()).isEqualTo(1);
    assertThat(oneOnly.totals().sophisticatedInvalid()).isZero();
    assertThat(oneOnly.totals().valid()).isEqualTo(1);
    assertThat(oneOnly.totalsBy(entry -> "", Oracle.Unanswered.LANDED))
        .isEqualTo(Map.of("", both.totals()));
  }

  @Test
  void countsFarmsApart() {
    List<SimulatedClick> clicks = two("farms=1");

    Oracle oracle = oracle(entries(clicks));

    assertThat(oracle.farm()).isEqualTo(2);
    assertThat(oracle.landed()).isEqualTo(2);
    assertThat(oracle.totals()).isEqualTo(Oracle.Totals.NONE);
  }

  @Test
  void readsWhatWasWritten(@TempDir Path folder) {
    List<OracleEntry> entries = entries(clicks(500));
    Path file = folder.resolve("oracle");
    try (OracleFile out = new OracleFile(Optional.of(file))) {
      entries.forEach(out::add);
    }

    assertThat(Oracle.read(CATALOGUE, file).entries()).isEqualTo(entries);
  }

  private static Oracle oracle(List<OracleEntry> entries) {
    return new Oracle(entries, CATALOGUE);
  }

  private static List<SimulatedClick> two(String trouble) {
    TrafficModel model =
        new TrafficModel(CATALOGUE, Trouble.NONE.with(trouble), 1, 1, Optional.empty());
    return List.of(model.next(NOON), model.next(NOON));
  }

  private static SimulatedClick plain(long run) {
    return new TrafficModel(CATALOGUE, Trouble.NONE, 1, run, Optional.empty()).next(NOON);
  }

  private static List<SimulatedClick> clicks(int count) {
    TrafficModel model =
        new TrafficModel(
            CATALOGUE, Trouble.USUAL.with("retries=0.2,robots=0.2"), 1, 1, Optional.empty());
    return IntStream.range(0, count).mapToObj(i -> model.next(NOON.plusMillis(i))).toList();
  }

  private static List<OracleEntry> entries(List<SimulatedClick> clicks) {
    return clicks.stream().map(click -> OracleEntry.of(click, Target.KAFKA, 0, "0@0", 0)).toList();
  }
}
