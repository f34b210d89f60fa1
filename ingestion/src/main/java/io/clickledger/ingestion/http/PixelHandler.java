package io.clickledger.ingestion.http;

import io.clickledger.ingestion.delivery.ClickProducer;
import io.clickledger.ingestion.metrics.IngestionMetrics;
import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ClickParameters;
import io.clickledger.rules.json.ReadResult;
import io.clickledger.rules.json.ReadResults;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * {@code GET /v1/pixel.gif}: one click from a browser, in the parameters of the query. The answer
 * is an image, given after the broker's acknowledgement and never cached.
 */
final class PixelHandler implements Handler {

  /** One transparent pixel. */
  private static final byte[] GIF =
      Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

  private final Clock clock;
  private final TrustedProxies proxies;
  private final ClickProducer producer;
  private final IngestionMetrics metrics;

  PixelHandler(
      Clock clock, TrustedProxies proxies, ClickProducer producer, IngestionMetrics metrics) {
    this.clock = clock;
    this.proxies = proxies;
    this.producer = producer;
    this.metrics = metrics;
  }

  @Override
  public void handle(Context context) {
    Instant now = clock.instant();
    String address = proxies.client(context.ip(), context.req().getHeaders("X-Forwarded-For"));
    ReadResult reading =
        PixelClick.read(
            new ClickParameters().addQuery(context.queryString()),
            new PixelClick.Connection(
                address, context.userAgent(), RequestPurpose.of(context::header)),
            now);
    metrics.read(List.of(reading), Source.PIXEL);
    List<Click> click =
        AcceptedClicks.of(new ReadResults(List.of(reading), ReadResults.End.BODY), 1);
    context.future(() -> producer.send(click).thenRun(() -> answer(context)));
  }

  private static void answer(Context context) {
    context
        .header("Cache-Control", "no-store, no-cache, must-revalidate, private")
        .contentType("image/gif")
        .result(GIF);
  }
}
