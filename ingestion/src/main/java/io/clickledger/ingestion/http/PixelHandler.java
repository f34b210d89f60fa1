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
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * {@code /v1/pixel.gif}: one click from a browser, answered after the broker's acknowledgement. GET
 * is an image's request and gets one, which is never cached. POST is a beacon or a ping and gets no
 * body, because nobody reads it.
 */
final class PixelHandler implements Handler {

  /** One transparent pixel. */
  private static final byte[] GIF =
      Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

  private final BeaconParameters beacons;
  private final Clock clock;
  private final TrustedProxies proxies;
  private final ClickProducer producer;
  private final IngestionMetrics metrics;

  PixelHandler(
      HttpSettings settings, Clock clock, ClickProducer producer, IngestionMetrics metrics) {
    this.beacons = new BeaconParameters(settings);
    this.clock = clock;
    this.proxies = TrustedProxies.of(settings.trustedProxies());
    this.producer = producer;
    this.metrics = metrics;
  }

  @Override
  public void handle(Context context) throws IOException {
    boolean isPost = context.method() == HandlerType.POST;
    ClickParameters parameters =
        isPost ? beacons.read(context) : new ClickParameters().addQuery(context.queryString());
    Instant now = clock.instant();
    String address = proxies.client(context.ip(), context.req().getHeaders("X-Forwarded-For"));
    ReadResult reading =
        PixelClick.read(
            parameters,
            new PixelClick.Connection(
                address, context.userAgent(), RequestPurpose.of(context::header)),
            now);
    metrics.read(List.of(reading), Source.PIXEL);
    List<Click> click =
        AcceptedClicks.of(new ReadResults(List.of(reading), ReadResults.End.BODY), 1);
    context.future(() -> producer.send(click).thenRun(() -> answer(context, isPost)));
  }

  private static void answer(Context context, boolean isPost) {
    context.header("Cache-Control", "no-store, no-cache, must-revalidate, private");
    if (isPost) {
      context.status(HttpStatus.NO_CONTENT);
    } else {
      context.contentType("image/gif").result(GIF);
    }
  }
}
