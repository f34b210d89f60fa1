package io.clickledger.serving.reports.plan;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.FreshnessReader;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Pins;
import io.clickledger.serving.pins.RestatedDays;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.Periods;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.ReportSettings;
import io.clickledger.serving.reports.query.Scope;
import io.clickledger.serving.trino.AskerLimits;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.window.CountedRows;
import io.clickledger.serving.window.DayRestatement;
import io.clickledger.serving.window.Deadline;
import io.clickledger.serving.window.ScanTooLongException;
import io.clickledger.serving.window.Window;
import io.clickledger.serving.window.WindowState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers reports: pinned, cached by what they are a function of, and asked of Trino once however
 * many ask at the same time.
 */
public final class Reports implements AutoCloseable {

  private static final int MAX_WAITING_SCANS = 2_000;
  private static final long MAX_PLAN_BYTES = 8 << 20;

  /** A plan and the pin that it was made for. */
  private record Planned(Pin pin, ReportPlan plan) {}

  private final Trino trino;
  private final AskerLimits askers;
  private final Pins pins;
  private final FreshnessReader freshness;
  private final Window window;
  private final RestatedDays restatedDays;
  private final ReportSettings settings;
  private final AsyncCache<ReportPlan, ReportRows> answers;
  private final Cache<ReportQuery, Planned> plans =
      Caffeine.newBuilder()
          .maximumWeight(MAX_PLAN_BYTES)
          .<ReportQuery, Planned>weigher((query, planned) -> 2 * AnswerBytes.of(query))
          .build();
  private final ThreadPoolExecutor scans = scanExecutor();

  /**
   * @param trino for what users ask
   */
  public Reports(
      Trino trino,
      AskerLimits askers,
      Pins pins,
      Window window,
      ReportSettings settings,
      MeterRegistry metrics) {
    this.trino = trino;
    this.askers = askers;
    this.pins = pins;
    this.freshness = new FreshnessReader(trino);
    this.window = window;
    this.restatedDays = new RestatedDays(trino);
    this.settings = settings;
    this.answers =
        Caffeine.newBuilder()
            .maximumWeight((long) settings.cachedMebibytes() << 20)
            .<ReportPlan, ReportRows>weigher(AnswerBytes::of)
            .recordStats()
            .buildAsync();
    CaffeineCacheMetrics.monitor(metrics, answers, "reports");
  }

  /**
   * From the window where it has all rows of the query, else from Trino.
   *
   * @param asker who may have so many requests with Trino at once; one that shares the query of
   *     another does not count
   */
  public CompletableFuture<ReportAnswer> answer(ReportQuery query, String asker) {
    return window
        .latest()
        .flatMap(state -> answer(query, state))
        .orElseGet(() -> pins.current().thenCompose(pin -> answer(query, pin, asker)));
  }

  private Optional<CompletableFuture<ReportAnswer>> answer(ReportQuery query, WindowState state) {
    ReportPlan plan = plan(query, state.pin());
    if (!state.covers(query, plan.seam())) {
      return Optional.empty();
    }
    return Optional.of(
        answers
            .get(plan, (wanted, executor) -> scan(wanted, state))
            .thenApply(
                rows ->
                    new ReportAnswer(
                        plan,
                        state.pin(),
                        state.freshness(query.scope()),
                        rows,
                        window.isStale(state))));
  }

  /** What an answer to somebody with this scope would say of itself now. */
  public CompletableFuture<Worth> worth(Scope scope) {
    return window
        .latest()
        .filter(state -> !window.isStale(state))
        .map(
            state ->
                CompletableFuture.completedFuture(new Worth(state.pin(), state.freshness(scope))))
        .orElseGet(() -> pins.current().thenCompose(pin -> worth(scope, pin)));
  }

  private CompletableFuture<Worth> worth(Scope scope, Pin pin) {
    return freshness.of(pin, ReportSql.rows(scope)).thenApply(known -> new Worth(pin, known));
  }

  /** What a report is worth: its snapshots and how fresh they are. */
  public record Worth(Pin pin, Freshness freshness) {}

  private CompletableFuture<ReportAnswer> answer(ReportQuery query, Pin pin, String asker) {
    ReportPlan plan = plan(query, pin);
    CompletableFuture<ReportRows> rows =
        answers.get(plan, (wanted, executor) -> askers.ask(asker, () -> read(wanted)));
    CompletableFuture<Freshness> fresh = freshness.of(pin, ReportSql.rows(query.scope()));
    return rows.thenCombine(
        fresh, (read, known) -> new ReportAnswer(plan, pin, known, read, false));
  }

  private CompletableFuture<ReportRows> scan(ReportPlan plan, WindowState state) {
    Deadline deadline = Deadline.in(settings.scanTimeout());
    try {
      return CompletableFuture.supplyAsync(() -> counted(plan, state, deadline), scans);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(tooManyScans());
    }
  }

  private ReportRows counted(ReportPlan plan, WindowState state, Deadline deadline) {
    ReportQuery query = plan.query();
    CountedRows counted;
    try {
      counted = state.rows(query, plan.seam(), query.limit().orElse(settings.maxRows()), deadline);
    } catch (ScanTooLongException e) {
      throw tooSlow();
    }
    if (counted.isTruncated() && query.limit().isEmpty()) {
      throw tooManyRows();
    }
    Periods periods = query.periods();
    return new ReportRows(
        counted.rows().stream()
            .map(
                row ->
                    row(plan, periods, row.place(), row.values(), row.measures(), row.revision()))
            .toList(),
        counted.isTruncated(),
        plan.publication().isEmpty()
            ? List.of()
            : state.restatements(query, plan.firstFinalDay(), plan.finalDaysEnd()).stream()
                .map(day -> restatement(query, day))
                .toList());
  }

  private static Restatement restatement(ReportQuery query, DayRestatement day) {
    Map<Measure, Long> clicks = new EnumMap<>(Measure.class);
    for (Measure sum : query.sums()) {
      if (sum != Measure.COST_MICROS) {
        clicks.put(sum, day.sums()[sum.ordinal()]);
      }
    }
    return new Restatement(
        day.day(),
        day.revision(),
        day.causes(),
        clicks,
        query.sums().contains(Measure.COST_MICROS) ? day.costMicros() : new TreeMap<>());
  }

  /** Planning makes every period; equal questions at one pin share that. */
  private ReportPlan plan(ReportQuery query, Pin pin) {
    Planned planned = plans.getIfPresent(query);
    if (planned == null || planned.pin() != pin) {
      planned = new Planned(pin, ReportPlan.of(query, pin));
      plans.put(query, planned);
    }
    return planned.plan();
  }

  private CompletableFuture<ReportRows> read(ReportPlan plan) {
    ReportCost.check(plan, settings.maxDays());
    int most = plan.query().limit().orElse(settings.maxRows());
    Periods periods = plan.query().periods();
    return trino
        .ask(ReportSql.clicks(plan, most), rows -> rows(plan, periods, most, rows))
        .thenCompose(
            rows ->
                plan.query().measures().contains(Measure.UNIQUE_USERS) && !rows.rows().isEmpty()
                    ? withUniqueUsers(plan, rows)
                    : CompletableFuture.completedFuture(rows))
        .thenCombine(
            restatements(plan),
            (rows, restatements) -> new ReportRows(rows.rows(), rows.isTruncated(), restatements));
  }

  /** Of the UTC days that the plan's final side touches, whether or not a row is left of them. */
  private CompletableFuture<List<Restatement>> restatements(ReportPlan plan) {
    if (plan.publication().isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return restatedDays
        .anyOf(
            plan.publication().get().restatementsSnapshotId(),
            plan.firstFinalDay(),
            plan.finalDaysEnd())
        .thenCompose(
            any ->
                any
                    ? trino.ask(
                        ReportSql.restatements(plan), found -> restatements(plan.query(), found))
                    : CompletableFuture.completedFuture(List.of()));
  }

  private static List<Restatement> restatements(ReportQuery query, ResultSet found)
      throws SQLException {
    Map<LocalDate, Restatement> byDay = new LinkedHashMap<>();
    while (found.next()) {
      if (query.scope().isLimited() && found.getLong("chosen_grains") == 0) {
        // That somebody else's clicks changed is not for this one to know.
        continue;
      }
      LocalDate day = LocalDate.parse(found.getString("day"));
      Restatement restatement = byDay.get(day);
      if (restatement == null) {
        restatement =
            new Restatement(
                day,
                found.getInt("revision"),
                new TreeSet<>(),
                new EnumMap<>(Measure.class),
                new TreeMap<>());
        byDay.put(day, restatement);
      }
      if (!found.getString("causes").isEmpty()) {
        restatement.causes().addAll(List.of(found.getString("causes").split(",")));
      }
      for (Measure sum : query.sums()) {
        long change = found.getLong(sum.column());
        if (sum != Measure.COST_MICROS) {
          restatement.clicks().merge(sum, change, Math::addExact);
        } else if (found.getLong("chosen_grains") > 0) {
          restatement.costMicros().merge(found.getString("currency"), change, Math::addExact);
        }
      }
    }
    return List.copyOf(byDay.values());
  }

  private ReportRows rows(ReportPlan plan, Periods periods, int most, ResultSet found)
      throws SQLException {
    ReportQuery query = plan.query();
    List<ReportRow> rows = new ArrayList<>();
    while (found.next()) {
      if (rows.size() == most) {
        if (query.limit().isEmpty()) {
          throw tooManyRows();
        }
        return new ReportRows(rows, true, List.of());
      }
      rows.add(row(plan, periods, found));
    }
    return new ReportRows(rows, false, List.of());
  }

  private static ReportRow row(ReportPlan plan, Periods periods, ResultSet found)
      throws SQLException {
    ReportQuery query = plan.query();
    int place = found.getInt("period") - 1;
    List<Long> measures = new ArrayList<>();
    for (Measure sum : query.sums()) {
      measures.add(found.getLong(sum.column()));
    }
    return row(plan, periods, place, values(query, found), measures, found.getInt("revision"));
  }

  private static ReportRow row(
      ReportPlan plan,
      Periods periods,
      int place,
      List<String> values,
      List<Long> measures,
      int revision) {
    Instant start = periods.start(place);
    Basis basis = Basis.of(start, periods.end(place), plan.seam());
    boolean isClosed =
        basis == Basis.FINAL
            && plan.publication().orElseThrow().closed().containAll(start, periods.end(place));
    return new ReportRow(
        place, values, measures, Finality.of(basis, revision), basis, revision, !isClosed);
  }

  private static List<String> values(ReportQuery query, ResultSet found) throws SQLException {
    List<String> values = new ArrayList<>();
    for (Dimension dimension : query.groupBy()) {
      values.add(found.getString(dimension.column()));
    }
    return values;
  }

  private CompletableFuture<ReportRows> withUniqueUsers(ReportPlan plan, ReportRows rows) {
    return trino
        .ask(
            ReportSql.uniqueUsers(plan, settings.maxSketches()),
            found -> merged(plan.query(), rows, found))
        .thenApply(
            users ->
                new ReportRows(
                    rows.rows().stream().map(row -> withUniqueUsers(row, users)).toList(),
                    rows.isTruncated(),
                    rows.restatements()));
  }

  private UniqueUsers merged(ReportQuery query, ReportRows rows, ResultSet found)
      throws SQLException {
    UniqueUsers users = new UniqueUsers(rows.rows());
    int sketches = 0;
    while (found.next()) {
      if (++sketches > settings.maxSketches()) {
        throw tooManySketches();
      }
      users.add(
          new UniqueUsers.Group(found.getInt("period") - 1, values(query, found)),
          found.getBytes("unique_users_hll"));
    }
    return users;
  }

  private static ReportRow withUniqueUsers(ReportRow row, UniqueUsers users) {
    List<Long> measures = new ArrayList<>(row.measures());
    // UNIQUE_USERS is the last of Measure, and measures are in that order.
    measures.add(users.estimate(row));
    return new ReportRow(
        row.place(),
        row.values(),
        measures,
        row.finality(),
        row.basis(),
        row.revision(),
        row.isOpen());
  }

  private static ProblemException tooManyScans() {
    return new ProblemException(
        new Problem(
                503,
                "too-many-reports",
                "Too many reports at once",
                "%d reports wait to be counted already: try again in a moment"
                    .formatted(MAX_WAITING_SCANS))
            .withHeader("Retry-After", "2"));
  }

  private ProblemException tooSlow() {
    return new ProblemException(
        new Problem(
                503,
                "report-too-slow",
                "Report too slow",
                ("the report was not counted within %d ms: ask for a shorter range, a coarser"
                        + " granularity, fewer group_by or more filters, or try again later")
                    .formatted(settings.scanTimeout().toMillis()))
            .withHeader("Retry-After", "10"));
  }

  private ProblemException tooManyRows() {
    return new ProblemException(
        new Problem(
                422,
                "too-many-rows",
                "Too many rows",
                ("the report has more than %d rows: ask for a shorter range, a coarser granularity,"
                        + " fewer group_by or more filters, or for the first rows by limit and"
                        + " order_by")
                    .formatted(settings.maxRows()))
            .with("max_rows", settings.maxRows()));
  }

  private ProblemException tooManySketches() {
    return new ProblemException(
        new Problem(
                422,
                "too-many-sketches",
                "Too many sketches",
                ("unique_users would merge more than %d sketches: ask for a shorter range or more"
                        + " filters")
                    .formatted(settings.maxSketches()))
            .with("max_sketches", settings.maxSketches()));
  }

  /** As many at once as there are processors: a scan only computes. */
  private static ThreadPoolExecutor scanExecutor() {
    int processors = Runtime.getRuntime().availableProcessors();
    AtomicInteger count = new AtomicInteger();
    return new ThreadPoolExecutor(
        processors,
        processors,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(MAX_WAITING_SCANS),
        task -> {
          Thread thread = new Thread(task, "report-scan-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public void close() {
    scans.shutdownNow();
  }
}
