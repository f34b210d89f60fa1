package io.clickledger.serving.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.schemas.ClosedDays;
import io.clickledger.serving.pins.FinalTable;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Granularity;
import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WindowStateTest {
  private static final Instant SEAM = Instant.parse("2026-10-30T00:00:00Z");
  private static final int DAYS = 35;
  private static final Instant FIRST = SEAM.minus(Duration.ofDays(DAYS));
  private static final Pin PIN =
      new Pin(
          SEAM.plus(Duration.ofHours(12)),
          1,
          Optional.of(
              new Publication(
                  1,
                  SEAM,
                  SEAM,
                  SEAM,
                  ClosedDays.NONE,
                  1,
                  Map.of(FinalTable.DAY, 1L, FinalTable.QUARTER_HOUR, 1L))));

  private final Combinations combinations = new Combinations();

  /** Live has a click of each of the first so many of the combinations that are known. */
  private WindowState state(int known, int used) {
    SegmentBuilder live = new SegmentBuilder();
    Row row = new Row();
    row.time = WindowState.time(SEAM, WindowState.QUARTER_HOUR);
    row.sums[0] = 1;
    for (int i = 0; i < known; i++) {
      String[] values = new String[Combinations.DIMENSIONS];
      values[Dimension.ADVERTISER_ID.ordinal()] = "adv-" + i;
      row.combination = combinations.numberOf(values);
      if (i < used) {
        live.add(row);
      }
    }
    return new WindowState(
        PIN,
        combinations,
        combinations.size(),
        List.of(live.build()),
        List.of(),
        new TreeMap<>(),
        Restatements.NONE,
        PendingClicks.NONE,
        FIRST,
        SEAM,
        SEAM,
        Instant.EPOCH,
        0);
  }

  @Test
  void staysWhereNothingIsMissingOrToBeForgotten() {
    assertThat(state(20_000, 12_000).isWorthReadingAnew(DAYS)).isFalse();
  }

  @Test
  void isReadAnewWhereMostCombinationsHaveNoRowAnyMore() {
    assertThat(state(20_000, 9_000).isWorthReadingAnew(DAYS)).isTrue();
    assertThat(state(20_000, 0).combinations().size()).isEqualTo(20_000);
  }

  @Test
  void isReadAnewWhereSomethingWasLeftOutForWantOfMemory() {
    WindowState whole = state(1, 1);

    assertThat(whole.isWorthReadingAnew(DAYS)).isFalse();
    assertThat(whole.with(new TreeMap<>(), FIRST.plusSeconds(86_400)).isWorthReadingAnew(DAYS))
        .isTrue();
    assertThat(
            whole
                .with(whole.live(), whole.liveFrom(), List.of(), FullLoad.FAR)
                .isWorthReadingAnew(DAYS))
        .isTrue();
    assertThat(Bound.within(0, whole)).isEmpty();
  }

  @Test
  void givesUpCountingAtTheDeadline() {
    ReportQuery query =
        new ReportQuery(
            SEAM,
            SEAM.plus(Duration.ofDays(1)),
            Granularity.TOTAL,
            ZoneOffset.UTC,
            List.of(Dimension.ADVERTISER_ID),
            Map.of(),
            Map.of(),
            Set.of(Measure.GROSS_CLICKS),
            List.of(),
            OptionalInt.empty(),
            Scope.ALL);
    WindowState state = state(1_000, 1_000);

    assertThat(state.rows(query, SEAM, 1_000, Deadline.in(Duration.ofMinutes(1))).rows())
        .hasSize(1_000);
    assertThatThrownBy(() -> state.rows(query, SEAM, 1_000, Deadline.in(Duration.ofSeconds(-1))))
        .isInstanceOf(ScanTooLongException.class);
  }

  @Test
  void countsLateClicksOfWhoeverAsks() {
    WindowState state = state(3, 3);
    Map<Integer, Long> late = Map.of(0, 10L, 1, 20L, 2, 30L);
    PendingClicks pending = PendingClicks.NONE.plus(late, combinations).plus(late, combinations);

    assertThat(pending.of(Scope.ALL)).isEqualTo(120);
    assertThat(pending.of(Scope.advertisers(Set.of("adv-1", "adv-9")))).isEqualTo(40);
    assertThat(pending.of(Scope.NOTHING)).isZero();
    assertThat(state.freshness(Scope.ALL).pendingLateClicks()).isZero();
  }
}
