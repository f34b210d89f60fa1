package io.clickledger.ingestion;

import io.clickledger.rules.Click;
import io.clickledger.rules.Reading;
import io.clickledger.rules.Source;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.time.Clock;
import java.util.List;

/** {@code POST /v1/clicks}: all clicks of the body or none, acknowledged by the broker. */
final class ClicksHandler implements Handler {

  private final Clock clock;
  private final ClickProducer producer;
  private final IngestionMetrics metrics;

  ClicksHandler(Clock clock, ClickProducer producer, IngestionMetrics metrics) {
    this.clock = clock;
    this.producer = producer;
    this.metrics = metrics;
  }

  @Override
  public void handle(Context context) {
    ClickFormat format = ClickFormat.of(context.contentType(), context.header("Content-Encoding"));
    List<Reading> readings = format.read(context.bodyAsBytes(), clock.instant());
    metrics.read(readings, Source.S2S);
    List<Click> clicks = AllClicks.of(readings);
    context.future(() -> producer.send(clicks).thenRun(() -> answer(clicks.size(), context)));
  }

  private static void answer(int accepted, Context context) {
    context
        .status(HttpStatus.ACCEPTED)
        .contentType("application/json")
        .result("{\"accepted\":" + accepted + "}");
  }
}
