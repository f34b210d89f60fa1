package io.clickledger.ingestion.http;

import io.clickledger.ingestion.delivery.ClickProducer;
import io.clickledger.ingestion.metrics.IngestionMetrics;
import io.javalin.config.RoutesConfig;
import java.time.Clock;

/** The ways in for clicks. */
public record ClickRoutes(
    HttpSettings settings, Clock clock, ClickProducer producer, IngestionMetrics metrics) {

  public void addTo(RoutesConfig routes) {
    TrustedProxies proxies = TrustedProxies.of(settings.trustedProxies());

    routes.before("/v1/*", new CrossOrigin(settings.corsOrigins())::handle);
    routes.post("/v1/clicks", new ClicksHandler(settings, clock, producer, metrics));
    routes.get("/v1/pixel.gif", new PixelHandler(clock, proxies, producer, metrics));
  }
}
