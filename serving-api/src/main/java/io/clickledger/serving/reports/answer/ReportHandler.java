package io.clickledger.serving.reports.answer;

import io.clickledger.metadata.MetadataNames;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.reports.plan.ReportAnswer;
import io.clickledger.serving.reports.plan.Reports;
import io.clickledger.serving.reports.query.ReportFormat;
import io.clickledger.serving.reports.query.ReportParameters;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.ReportSettings;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Clock;
import java.util.function.Supplier;

/** {@code GET /v1/reports/clicks}. */
public final class ReportHandler implements Handler {

  private final Reports reports;
  private final ReportSettings settings;
  private final Supplier<MetadataNames> names;
  private final Clock clock;

  /**
   * @param names those of the moment, without waiting for any
   */
  public ReportHandler(
      Reports reports, ReportSettings settings, Supplier<MetadataNames> names, Clock clock) {
    this.reports = reports;
    this.settings = settings;
    this.names = names;
    this.clock = clock;
  }

  @Override
  public void handle(Context context) {
    ReportQuery query = ReportParameters.parse(context.queryParamMap(), settings, clock.instant());
    ReportFormat format =
        ReportFormat.of(context.queryParams(ReportParameters.FORMAT), context.header("Accept"));
    context.header("Cache-Control", "no-store");
    context.header("Vary", "Accept");
    context.future(
        () ->
            reports
                .answer(query)
                .thenAccept(answer -> write(answer, columns(context), format, context)));
  }

  /** Names are no part of the query: answers are kept without them, and have those of now. */
  private NameColumns columns(Context context) {
    return ReportParameters.wantsNames(context.queryParamMap())
        ? NameColumns.of(names.get())
        : NameColumns.NONE;
  }

  private static void write(
      ReportAnswer answer, NameColumns names, ReportFormat format, Context context) {
    switch (format) {
      case JSON -> context.contentType(format.mediaType()).result(ReportJson.write(answer, names));
      case CSV -> writeCsv(answer, names, context);
    }
  }

  /** What JSON says beside the rows, CSV says in headers. */
  private static void writeCsv(ReportAnswer answer, NameColumns names, Context context) {
    context.header("Content-Disposition", "attachment; filename=\"clicks.csv\"");
    context.header("Clickledger-As-Of", answer.pin().asOf().toString());
    context.header("Clickledger-Truncated", String.valueOf(answer.rows().isTruncated()));
    context.header("Clickledger-Pending-Late-Clicks", "" + answer.freshness().pendingLateClicks());
    context.header("Clickledger-Live-Snapshot-Id", "" + answer.pin().liveSnapshotId());
    answer
        .freshness()
        .landedThrough()
        .ifPresent(landed -> context.header("Clickledger-Landed-Through", landed.toString()));
    answer.pin().publication().ifPresent(publication -> write(publication, context));
    context
        .contentType("text/csv; charset=utf-8; header=present")
        .result(ReportCsv.write(answer, names));
  }

  private static void write(Publication publication, Context context) {
    context.header("Clickledger-Through", publication.through().toString());
    context.header("Clickledger-Publication-Id", "" + publication.id());
  }
}
