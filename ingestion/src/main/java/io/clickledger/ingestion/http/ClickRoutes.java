package io.clickledger.ingestion.http;

import io.clickledger.http.CrossOrigin;
import io.clickledger.ingestion.delivery.ClickProducer;
import io.clickledger.ingestion.metrics.IngestionMetrics;
import io.javalin.config.RoutesConfig;
import java.time.Clock;

/** The ways in for clicks. */
public record ClickRoutes(
    HttpSettings settings, Clock clock, ClickProducer producer, IngestionMetrics metrics) {

  /** Scripts post JSON. Pixels, beacons and pings need none of it: nobody reads their answers. */
  private static final CrossOrigin.Allowed SCRIPTS =
      new CrossOrigin.Allowed(
          "GET, POST", "Content-Type, Content-Encoding", "Retry-After, X-Request-Id");

  public void addTo(RoutesConfig routes) {
    PixelHandler pixel = new PixelHandler(settings, clock, producer, metrics);

    routes.before("/v1/*", new CrossOrigin(settings.corsOrigins(), SCRIPTS, "Origin")::handle);
    routes.post("/v1/clicks", new ClicksHandler(settings, clock, producer, metrics));
    routes.get("/v1/pixel.gif", pixel);
    routes.post("/v1/pixel.gif", pixel);
    routes.get("/clickledger.js", new TagHandler());
  }
}
