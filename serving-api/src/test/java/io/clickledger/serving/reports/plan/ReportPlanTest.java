package io.clickledger.serving.reports.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.schemas.ClosedDays;
import io.clickledger.serving.pins.FinalTable;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.reports.query.ReportParameters;
import io.clickledger.serving.reports.query.ReportSettings;
import io.clickledger.serving.reports.query.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReportPlanTest {

  private static final Instant NOW = Instant.parse("2026-11-21T14:37:12Z");
  private static final Instant THROUGH = Instant.parse("2026-11-21T00:00:00Z");
  private static final ReportSettings SETTINGS =
      new ReportSettings(
          Duration.ofSeconds(1),
          1000,
          2000,
          1000,
          Duration.ofDays(35),
          400,
          Duration.ofSeconds(5),
          1);

  @Test
  void readsTheDayTableForUtcDaysAndLiveAfterThem() {
    ReportPlan plan = plan("from", "2026-11-10", "to", "2026-11-22", "granularity", "day");

    assertThat(plan.finalTable()).isEqualTo(FinalTable.DAY);
    assertThat(plan.seam()).isEqualTo(THROUGH);
    assertThat(plan.finalSnapshotId()).hasValue(11);
    assertThat(plan.liveSnapshotId()).hasValue(99);
  }

  @Test
  void readsQuarterHoursForDaysOfAnotherZone() {
    ReportPlan plan =
        plan(
            "from",
            "2026-11-10",
            "to",
            "2026-11-22",
            "granularity",
            "day",
            "time_zone",
            "Europe/Berlin");

    assertThat(plan.finalTable()).isEqualTo(FinalTable.QUARTER_HOUR);
    assertThat(plan.finalSnapshotId()).hasValue(22);
  }

  @Test
  void readsNothingLiveForWhatIsFinal() {
    ReportPlan plan = plan("from", "2026-11-10", "to", "2026-11-21", "granularity", "hour");

    assertThat(plan.liveSnapshotId()).isEmpty();
    assertThat(plan)
        .isEqualTo(plan(100, "from", "2026-11-10", "to", "2026-11-21", "granularity", "hour"));
  }

  @Test
  void readsNothingFinalForMinutes() {
    ReportPlan plan =
        plan("from", "2026-11-20T10:00", "to", "2026-11-20T11:00", "granularity", "minute");

    assertThat(plan.finalSnapshotId()).isEmpty();
    assertThat(plan.liveSnapshotId()).hasValue(99);
  }

  @Test
  void asksWithParametersAndPutsNoTextOfARequestIntoSql() {
    Map<String, List<String>> given = new TreeMap<>();
    given.put("from", List.of("2026-11-10"));
    given.put("to", List.of("2026-11-22"));
    given.put("campaign_id", List.of("drop-table", ""));

    var query =
        ReportSql.clicks(
            ReportPlan.of(ReportParameters.parse(given, SETTINGS, NOW, Scope.ALL), pin(99)), 10);

    assertThat(query.text())
        .contains("(campaign_id IN (?) OR campaign_id IS NULL)")
        .doesNotContain("drop-table");
    assertThat(query.parameters()).contains("drop-table");
    assertThat(query.text().chars().filter(c -> c == '?').count())
        .isEqualTo(query.parameters().size());
  }

  private static ReportPlan plan(String... parameters) {
    return plan(99, parameters);
  }

  private static ReportPlan plan(long liveSnapshotId, String... parameters) {
    Map<String, List<String>> given = new TreeMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      given.put(parameters[i], List.of(parameters[i + 1]));
    }
    return ReportPlan.of(
        ReportParameters.parse(given, SETTINGS, NOW, Scope.ALL), pin(liveSnapshotId));
  }

  private static Pin pin(long liveSnapshotId) {
    Publication publication =
        new Publication(
            7,
            THROUGH,
            THROUGH,
            THROUGH,
            ClosedDays.NONE,
            33,
            Map.of(FinalTable.DAY, 11L, FinalTable.QUARTER_HOUR, 22L));
    return new Pin(NOW, liveSnapshotId, Optional.of(publication));
  }
}
