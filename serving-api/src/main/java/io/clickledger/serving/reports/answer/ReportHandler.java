package io.clickledger.serving.reports.answer;

import io.clickledger.metadata.MetadataNames;
import io.clickledger.serving.access.Access;
import io.clickledger.serving.parameters.BadParameter;
import io.clickledger.serving.parameters.QueryString;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.reports.plan.ReportAnswer;
import io.clickledger.serving.reports.plan.Reports;
import io.clickledger.serving.reports.query.ReportFormat;
import io.clickledger.serving.reports.query.ReportParameters;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.ReportSettings;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** {@code GET /v1/reports/clicks}. */
public final class ReportHandler implements Handler {

  private final Reports reports;
  private final ReportSettings settings;
  private final Supplier<MetadataNames> names;
  private final Clock clock;
  private final WrittenReports written;
  private final Executor writers;

  /**
   * @param names those of the moment, without waiting for any
   * @param writers threads that may wait for whoever reads slowly
   */
  public ReportHandler(
      Reports reports,
      ReportSettings settings,
      Supplier<MetadataNames> names,
      Clock clock,
      Executor writers) {
    this.reports = reports;
    this.settings = settings;
    this.names = names;
    this.clock = clock;
    this.writers = writers;
    this.written = new WrittenReports((long) settings.cachedMebibytes() << 20);
  }

  @Override
  public void handle(Context context) {
    Map<String, List<String>> given = QueryString.parameters(context);
    ReportQuery query =
        ReportParameters.parse(given, settings, clock.instant(), Access.scope(context));
    ReportFormat format =
        ReportFormat.of(
            given.getOrDefault(ReportParameters.FORMAT, List.of()), context.header("Accept"));
    context.header("Cache-Control", "no-store");
    context.header("Vary", "Origin, Authorization, Accept");
    Supplier<NameColumns> columns =
        () -> ReportParameters.wantsNames(given) ? NameColumns.of(names.get()) : NameColumns.NONE;
    String asker = Access.asker(context);
    if (ReportParameters.wantsTotals(given)) {
      requireJson(format);
      context.future(
          () ->
              reports
                  .answerWithTotals(query, asker)
                  .thenAcceptAsync(
                      both ->
                          context
                              .contentType(format.mediaType())
                              .result(
                                  ReportJson.write(
                                      both.answer(), Optional.of(both.totals()), columns.get())),
                      writers));
    } else if (ReportParameters.wantsNames(given)) {
      // Names are no part of the query: answers are kept without them, and have those of now.
      context.future(
          () ->
              reports
                  .answer(query, asker)
                  .thenAcceptAsync(
                      answer -> write(answer, body(answer, columns.get(), format), format, context),
                      writers));
    } else {
      context.future(
          () ->
              reports
                  .answer(query, asker)
                  .thenAcceptAsync(answer -> write(answer, format, context), writers));
    }
  }

  /** A table with sums among its rows is added up wrongly. */
  private static void requireJson(ReportFormat format) {
    if (format != ReportFormat.JSON) {
      throw BadParameter.refused(
          List.of(
              BadParameter.of(
                  ReportParameters.TOTALS, "true", "false in CSV, which has rows only")));
    }
  }

  private void write(ReportAnswer answer, ReportFormat format, Context context) {
    WrittenReports.Written report =
        written.of(answer, format, read -> body(read, NameColumns.NONE, format));
    context.header("ETag", report.tag());
    context.header("Cache-Control", cacheControl(answer));
    if (isKnown(report.tag(), context.header("If-None-Match"))) {
      context.status(HttpStatus.NOT_MODIFIED);
    } else {
      write(answer, report.body(), format, context);
    }
  }

  private static boolean isKnown(String tag, String known) {
    return known != null
        && Arrays.stream(known.split(","))
            .map(String::strip)
            // Compared weakly: a proxy that packs an answer may have made the tag weak or strong.
            .anyMatch(given -> given.equals("*") || opaque(given).equals(opaque(tag)));
  }

  private static String opaque(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }

  /**
   * What no billing run can change is kept for a day, what the next one may change for a minute,
   * what the next commit may change until the API itself looks again.
   */
  private String cacheControl(ReportAnswer answer) {
    ReportQuery query = answer.query();
    if (answer.plan().liveSnapshotId().isPresent()) {
      long seconds = answer.isStale() ? 0 : settings.pinAge().toSeconds();
      return seconds == 0 ? "private, no-cache" : "private, max-age=" + seconds;
    }
    boolean isClosed =
        answer
            .plan()
            .publication()
            .map(published -> published.closed().containAll(query.from(), query.to()))
            .orElse(false);
    return isClosed ? "private, max-age=86400" : "private, max-age=60";
  }

  private static byte[] body(ReportAnswer answer, NameColumns names, ReportFormat format) {
    return switch (format) {
      case JSON -> ReportJson.write(answer, Optional.empty(), names);
      case CSV -> ReportCsv.write(answer, names).getBytes(StandardCharsets.UTF_8);
    };
  }

  private static void write(
      ReportAnswer answer, byte[] body, ReportFormat format, Context context) {
    switch (format) {
      case JSON -> context.contentType(format.mediaType()).result(body);
      case CSV -> writeCsv(answer, body, context);
    }
  }

  /** What JSON says beside the rows, CSV says in headers. */
  private static void writeCsv(ReportAnswer answer, byte[] body, Context context) {
    context.header("Content-Disposition", "attachment; filename=\"clicks.csv\"");
    context.header("Clickledger-As-Of", answer.pin().asOf().toString());
    context.header("Clickledger-Stale", String.valueOf(answer.isStale()));
    context.header("Clickledger-Truncated", String.valueOf(answer.rows().isTruncated()));
    context.header("Clickledger-Pending-Late-Clicks", "" + answer.freshness().pendingLateClicks());
    context.header("Clickledger-Live-Snapshot-Id", "" + answer.pin().liveSnapshotId());
    answer
        .freshness()
        .landedThrough()
        .ifPresent(landed -> context.header("Clickledger-Landed-Through", landed.toString()));
    answer.pin().publication().ifPresent(publication -> write(publication, context));
    context.contentType("text/csv; charset=utf-8; header=present").result(body);
  }

  private static void write(Publication publication, Context context) {
    context.header("Clickledger-Through", publication.through().toString());
    context.header("Clickledger-Publication-Id", "" + publication.id());
  }
}
