package io.clickledger.serving.reports.answer;

import io.clickledger.serving.access.Access;
import io.clickledger.serving.reports.plan.Reports;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.concurrent.Executor;

/** {@code GET /v1/freshness}: the freshness and finality of a report that is requested now. */
public final class FreshnessHandler implements Handler {

  private final Reports reports;
  private final Executor writers;

  /**
   * @param writers threads that may wait for whoever reads slowly
   */
  public FreshnessHandler(Reports reports, Executor writers) {
    this.reports = reports;
    this.writers = writers;
  }

  @Override
  public void handle(Context context) {
    context.header("Cache-Control", "no-store");
    context.future(
        () ->
            reports
                .worth(Access.scope(context))
                .thenAcceptAsync(
                    worth ->
                        context
                            .contentType("application/json")
                            .result(FreshnessJson.write(worth.pin(), worth.freshness())),
                    writers));
  }
}
