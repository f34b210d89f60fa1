package io.clickledger.ingestion.http;

import io.clickledger.ingestion.delivery.ClickProducer;
import io.clickledger.ingestion.metrics.IngestionMetrics;
import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ReadResults;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** {@code POST /v1/clicks}: all clicks of the body or none, acknowledged by the broker. */
final class ClicksHandler implements Handler {

  private static final int BODIES_PER_PROCESSOR = 2;

  private final RequestBody requestBody;
  private final int maxBodyBytes;
  private final int maxClicks;
  private final Clock clock;
  private final ClickProducer producer;
  private final IngestionMetrics metrics;

  /**
   * Who may make clicks of a body. Clicks take several times the memory of their body, and more
   * threads than processors are not done sooner. Nobody waits for a network while holding one.
   */
  private final Semaphore reading =
      new Semaphore(BODIES_PER_PROCESSOR * Runtime.getRuntime().availableProcessors());

  ClicksHandler(
      HttpSettings settings, Clock clock, ClickProducer producer, IngestionMetrics metrics) {
    this.requestBody = new RequestBody(settings.maxBodyBytes(), settings.bodyTimeout());
    this.maxBodyBytes = settings.maxBodyBytes();
    this.maxClicks = settings.maxClicks();
    this.clock = clock;
    this.producer = producer;
    this.metrics = metrics;
  }

  @Override
  public void handle(Context context) throws IOException {
    ClickFormat format = ClickFormat.of(context.contentType());
    BodyEncoding encoding = BodyEncoding.of(context.header("Content-Encoding"));
    Sent sent = send(format, encoding, requestBody.read(context));
    // Of a request that waits for the broker, neither the body nor its clicks stay in memory.
    context.future(() -> sent.acknowledged().thenRun(() -> answer(sent.clicks(), context)));
  }

  /** Clicks on their way to the broker. */
  private record Sent(int clicks, CompletableFuture<Void> acknowledged) {}

  private Sent send(ClickFormat format, BodyEncoding encoding, byte[] encoded) {
    reading.acquireUninterruptibly();
    try {
      byte[] body = encoding.decoded(encoded, maxBodyBytes);
      ReadResults posted = format.read(body, clock.instant(), maxClicks);
      metrics.read(posted.results(), Source.S2S);
      List<Click> clicks = AcceptedClicks.of(posted, maxClicks);
      return new Sent(clicks.size(), producer.send(clicks));
    } finally {
      reading.release();
    }
  }

  private static void answer(int accepted, Context context) {
    context
        .status(HttpStatus.ACCEPTED)
        .contentType("application/json")
        .result("{\"accepted\":" + accepted + "}");
  }
}
