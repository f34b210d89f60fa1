package io.clickledger.serving;

import io.clickledger.http.NotReadyException;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Pins;
import io.clickledger.serving.reports.plan.ReportAnswer;
import io.clickledger.serving.reports.plan.Reports;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Granularity;
import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One report across the seam, answered before the API says that it is ready: a Trino that has just
 * started takes many times as long for its first one as for any later one.
 */
final class FirstReport {

  private static final String ASKER = "ready";

  /** On each side of the seam: few files, and both kinds of table. */
  private static final Duration REACH = Duration.ofMinutes(15);

  /** Of a large lake, sketches and rows could be too many to answer. */
  private static final Set<Measure> SUMS = EnumSet.complementOf(EnumSet.of(Measure.UNIQUE_USERS));

  private final Pins pins;
  private final Reports reports;
  private volatile boolean isAnswered;

  FirstReport(Pins pins, Reports reports) {
    this.pins = pins;
    this.reports = reports;
  }

  /** Asks until one was answered, then no more. */
  void await() throws NotReadyException {
    if (!isAnswered) {
      Readiness.await(answer());
      isAnswered = true;
    }
  }

  private CompletableFuture<ReportAnswer> answer() {
    return pins.current().thenCompose(pin -> reports.answer(query(pin), ASKER));
  }

  private static ReportQuery query(Pin pin) {
    Instant seam = pin.through().orElse(pin.asOf());
    return new ReportQuery(
        seam.minus(REACH),
        seam.plus(REACH),
        Granularity.TOTAL,
        ZoneOffset.UTC,
        List.of(Dimension.CAMPAIGN_ID, Dimension.CURRENCY),
        Map.of(),
        Map.of(),
        SUMS,
        List.of(),
        OptionalInt.of(1),
        Scope.ALL);
  }
}
