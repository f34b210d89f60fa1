package io.clickledger.serving.reports.plan;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.FreshnessReader;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Pins;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.ReportSettings;
import io.clickledger.serving.reports.query.Scope;
import io.clickledger.serving.trino.AskerLimits;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.window.Window;
import io.clickledger.serving.window.WindowState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Answers reports: pinned, cached by what they are a function of, and asked of Trino once however
 * many ask at the same time.
 */
public final class Reports implements AutoCloseable {
  private static final long MAX_PLAN_BYTES = 8 << 20;

  /** A plan and the pin that it was made for. */
  private record Planned(Pin pin, ReportPlan plan) {}

  private final AskerLimits askers;
  private final Pins pins;
  private final FreshnessReader freshness;
  private final Window window;
  private final WindowReports windowReports;
  private final TrinoReports trinoReports;
  private final AsyncCache<ReportPlan, ReportRows> answers;
  private final Cache<ReportQuery, Planned> plans =
      Caffeine.newBuilder()
          .maximumWeight(MAX_PLAN_BYTES)
          .<ReportQuery, Planned>weigher((query, planned) -> 2 * AnswerBytes.of(query))
          .build();

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
    this.askers = askers;
    this.pins = pins;
    this.freshness = new FreshnessReader(trino);
    this.window = window;
    this.windowReports = new WindowReports(settings);
    this.trinoReports = new TrinoReports(trino, settings);
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

  /** An answer and its totals, at one pin: they add up. */
  public CompletableFuture<AnswerWithTotals> answerWithTotals(ReportQuery query, String asker) {
    return window
        .latest()
        .flatMap(state -> both(answer(query, state), answer(query.totals(), state)))
        .orElseGet(
            () ->
                pins.current()
                    .thenCompose(
                        pin ->
                            answer(query, pin, asker)
                                .thenCombine(
                                    answer(query.totals(), pin, asker), AnswerWithTotals::new)));
  }

  private static Optional<CompletableFuture<AnswerWithTotals>> both(
      Optional<CompletableFuture<ReportAnswer>> answer,
      Optional<CompletableFuture<ReportAnswer>> totals) {
    return answer.flatMap(
        rows -> totals.map(sums -> rows.thenCombine(sums, AnswerWithTotals::new)));
  }

  /** A report, and the same clicks in total: limit and groups aside. */
  public record AnswerWithTotals(ReportAnswer answer, ReportAnswer totals) {}

  private Optional<CompletableFuture<ReportAnswer>> answer(ReportQuery query, WindowState state) {
    ReportPlan plan = plan(query, state.pin());
    if (!state.covers(query, plan.seam())) {
      return Optional.empty();
    }
    return Optional.of(
        answers
            .get(plan, (wanted, executor) -> windowReports.rows(wanted, state))
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
        answers.get(plan, (wanted, executor) -> askers.ask(asker, () -> trinoReports.rows(wanted)));
    CompletableFuture<Freshness> fresh = freshness.of(pin, ReportSql.rows(query.scope()));
    return rows.thenCombine(
        fresh, (read, known) -> new ReportAnswer(plan, pin, known, read, false));
  }

  /** Planning makes every period; equal questions at the same snapshots share that. */
  private ReportPlan plan(ReportQuery query, Pin pin) {
    Planned planned = plans.getIfPresent(query);
    if (planned == null || !planned.pin().isOfSameSnapshots(pin)) {
      planned = new Planned(pin, ReportPlan.of(query, pin));
      plans.put(query, planned);
    }
    return planned.plan();
  }

  @Override
  public void close() {
    windowReports.close();
  }
}
