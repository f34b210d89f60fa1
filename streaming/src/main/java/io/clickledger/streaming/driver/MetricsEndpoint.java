package io.clickledger.streaming.driver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clickledger.streaming.query.StreamingMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** {@code GET /metrics} of the driver, with metrics of its JVM's memory. */
final class MetricsEndpoint implements AutoCloseable {
  private final StreamingMetrics metrics;
  private final HttpServer server;
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          run -> {
            Thread daemon = new Thread(run, "metrics");
            daemon.setDaemon(true);
            return daemon;
          });

  MetricsEndpoint(StreamingMetrics metrics) throws IOException {
    this.metrics = metrics;
    this.server = HttpServer.create();
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
    server.bind(new InetSocketAddress(host, port), 0);
    server.createContext("/metrics", this::answer);
    server.setExecutor(thread);
    server.start();
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] text = metrics.text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", StreamingMetrics.CONTENT_TYPE);
      exchange.sendResponseHeaders(200, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
    garbageCollection.close();
  }
}
