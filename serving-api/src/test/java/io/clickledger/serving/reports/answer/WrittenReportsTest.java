package io.clickledger.serving.reports.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.reports.plan.Basis;
import io.clickledger.serving.reports.plan.Finality;
import io.clickledger.serving.reports.plan.ReportAnswer;
import io.clickledger.serving.reports.plan.ReportPlan;
import io.clickledger.serving.reports.plan.ReportRow;
import io.clickledger.serving.reports.plan.ReportRows;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Granularity;
import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.ReportFormat;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.Scope;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WrittenReportsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T14:37:12Z");

  private final AtomicInteger written = new AtomicInteger();

  private static ReportAnswer answer(int rows) {
    ReportQuery query =
        new ReportQuery(
            NOW,
            NOW.plusSeconds(60),
            Granularity.TOTAL,
            ZoneOffset.UTC,
            List.of(Dimension.AD_ID),
            Map.of(),
            Map.of(),
            Set.of(Measure.GROSS_CLICKS),
            List.of(),
            OptionalInt.empty(),
            Scope.ALL);
    Pin pin = new Pin(NOW, 1, Optional.empty());
    ReportRow row =
        new ReportRow(0, List.of("ad-1"), List.of(5L), Finality.PROVISIONAL, Basis.LIVE, 0, true);
    return new ReportAnswer(
        ReportPlan.of(query, pin),
        pin,
        new Freshness(Optional.empty(), 0),
        new ReportRows(Collections.nCopies(rows, row), false, List.of()),
        false);
  }

  private byte[] write(ReportAnswer answer) {
    written.incrementAndGet();
    return new byte[10];
  }

  @Test
  void writesEqualAnswersOnce() {
    WrittenReports reports = new WrittenReports(1_000_000);
    ReportAnswer answer = answer(100);
    for (int i = 0; i < 3; i++) {
      reports.of(answer, ReportFormat.JSON, this::write);
    }

    assertThat(written).hasValue(1);
  }

  @Test
  void countsTheRowsOfAnAnswerThatItKeeps() {
    WrittenReports reports = new WrittenReports(100_000);
    ReportAnswer answer = answer(10_000);
    long deadline = System.nanoTime() + 20_000_000_000L;

    // It forgets what does not fit a moment later.
    while (written.get() < 2 && System.nanoTime() < deadline) {
      reports.of(answer, ReportFormat.JSON, this::write);
    }

    assertThat(written).hasValue(2);
  }
}
