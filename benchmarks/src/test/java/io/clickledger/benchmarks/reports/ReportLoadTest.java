package io.clickledger.benchmarks.reports;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportLoadTest {
  private static final String ROWS = "{\"rows\":[{\"campaign_id\":\"c\",\"geo_country\":null}]}";

  private final Set<String> keys = ConcurrentHashMap.newKeySet();
  private final Set<String> paths = ConcurrentHashMap.newKeySet();

  @Test
  void sendsTheKeyWithEveryQuestion(@TempDir Path folder) throws IOException {
    Path key = Files.writeString(folder.resolve("api-key-admin"), "clk_test\n");
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/",
        exchange -> {
          keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          paths.add(exchange.getRequestURI().getPath());
          byte[] body = ROWS.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    api.start();
    String url = "http://127.0.0.1:" + api.getAddress().getPort();
    try {
      int status =
          new CommandLine(new ReportLoad())
              .execute(
                  "--api",
                  url,
                  "--straight",
                  url,
                  "--key-file",
                  key.toString(),
                  "--rate",
                  "20",
                  "--equal-rate",
                  "20",
                  "--duration",
                  "1s");

      assertThat(status).isZero();
      assertThat(keys).containsExactly("Bearer clk_test");
      assertThat(paths).contains("/v1/reports/clicks", "/metrics");
    } finally {
      api.stop(0);
    }
  }
}
