package io.clickledger.streaming.driver;

import io.clickledger.streaming.query.StreamingMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import java.io.IOException;
import java.util.Optional;

/** {@code GET /metrics} of the driver, with metrics of its JVM's memory. */
final class MetricsEndpoint implements AutoCloseable {
  private final StreamingMetrics metrics;
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private Optional<HTTPServer> server = Optional.empty();

  MetricsEndpoint(StreamingMetrics metrics) {
    this.metrics = metrics;
    garbageCollection.bindTo(metrics.registry());
    new JvmMemoryMetrics().bindTo(metrics.registry());
  }

  /**
   * Answers from now on.
   *
   * @param port 0 for any that is free
   * @return the port
   * @throws IOException where it is taken
   */
  int start(String host, int port) throws IOException {
    HTTPServer started =
        HTTPServer.builder()
            .hostname(host)
            .port(port)
            .registry(metrics.registry().getPrometheusRegistry())
            .buildAndStart();
    server = Optional.of(started);
    return started.getPort();
  }

  @Override
  public void close() {
    server.ifPresent(HTTPServer::close);
    garbageCollection.close();
  }
}
