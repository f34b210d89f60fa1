package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.clickledger.serving.access.Issuer;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Granularity;
import io.clickledger.serving.reports.query.Measure;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/** The API where Trino is not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServingApiTest {

  private static final String REPORT = "/v1/reports/clicks?from=2026-11-20&to=2026-11-21";

  private Api api;

  @BeforeAll
  void start() {
    // Nothing listens on port 1.
    api = Api.start("jdbc:trino://127.0.0.1:1/lake", Instant.parse("2026-11-21T12:00:00Z"));
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @Test
  void isUpButNotReady() {
    assertThat(api.get("/health").statusCode()).isEqualTo(200);
    assertThat(api.get("/ready").statusCode()).isEqualTo(503);
    assertThat(api.get("/ready").body()).contains("Trino does not answer");
  }

  @Test
  void saysThatTheLakeDoesNotAnswer() {
    for (String path : new String[] {REPORT, "/v1/freshness"}) {
      HttpResponse<String> answer = api.get(path);

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(Api.json(answer).path("type").asText())
          .isEqualTo("urn:clickledger:problem:lake-unavailable");
      assertThat(answer.body()).doesNotContain("127.0.0.1");
    }
  }

  @Test
  void refusesBadParametersBeforeTrinoIsAsked() {
    HttpResponse<String> answer = api.get("/v1/reports/clicks?from=x&limit=5000000");

    assertThat(answer.statusCode()).isEqualTo(400);
    JsonNode errors = Api.json(answer).path("errors");
    assertThat(errors)
        .extracting(error -> error.path("parameter").asText())
        .containsExactlyInAnyOrder("from", "to", "limit");
    assertThat(errors).allSatisfy(error -> assertThat(error.path("allowed").asText()).isNotBlank());
  }

  @Test
  void namesTheParameterThatIsNotPercentEncoded() {
    for (String bad : List.of("100%", "%zz", "%4")) {
      assertThat(api.getRaw("/v1/reports/clicks?to=2026-11-21&from=" + bad))
          .startsWith("HTTP/1.1 400")
          .contains("from must be percent-encoded");
    }
  }

  @Test
  void servesThePageWithItsLibrariesAndAPolicyThatAllowsNoOthers() {
    HttpResponse<String> page = api.get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'");
    assertThat(page.headers().firstValue("Cache-Control")).contains("no-cache");
    String chart = page.body().replaceAll("(?s).*src=\"(/webjars/[^\"]+)\".*", "$1");
    HttpResponse<String> library = api.get(chart);
    assertThat(library.statusCode()).as(chart).isEqualTo(200);
    assertThat(library.headers().firstValue("Cache-Control").orElseThrow()).contains("max-age=");
    HttpResponse<String> script = api.get("/assets/page.js");
    assertThat(script.headers().firstValue("Content-Type").orElseThrow()).contains("javascript");
    assertThat(
            api.get(
                    "/assets/page.js",
                    "If-None-Match",
                    script.headers().firstValue("ETag").orElseThrow())
                .statusCode())
        .isEqualTo(304);
    assertThat(page.body() + script.body()).doesNotContain("https://", "//cdn");
  }

  @Test
  void packsAnswersForThoseWhoTakeGzip() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(api.uri("/metrics"))
            .header("Authorization", "Bearer " + Issuer.shared().token("admin"))
            .header("Accept-Encoding", "gzip")
            .build();

    HttpResponse<InputStream> answer =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());

    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(
            new String(new GZIPInputStream(answer.body()).readAllBytes(), StandardCharsets.UTF_8))
        .contains("jvm_memory_used_bytes");
    assertThat(api.get("/metrics").headers().firstValue("Content-Encoding")).isEmpty();
  }

  @Test
  void describesEveryParameterThatItTakes() {
    HttpResponse<String> answer = api.get("/openapi.yaml");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("/v1/reports/clicks:", "/v1/restatements:", "/v1/freshness:", "/ready:");
    assertThat(Arrays.stream(Dimension.values()).map(Dimension::column))
        .allMatch(name -> answer.body().contains("name: " + name));
    assertThat(answer.body()).contains("name: names", "campaign_name:");
    assertThat(Arrays.stream(Measure.values()).map(Measure::column))
        .allMatch(name -> answer.body().contains(name));
    assertThat(answer.body())
        .contains(
            String.join(", ", Arrays.stream(Granularity.values()).map(Granularity::word).toList()));
  }

  @Test
  void writesALineForEachRequestThatNamesNobody() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.list = new CopyOnWriteArrayList<>();
    Logger access = (Logger) LoggerFactory.getLogger(AccessLog.LOGGER);
    lines.start();
    access.addAppender(lines);
    try (Api silent =
        Api.start(
            "jdbc:trino://127.0.0.1:1/lake",
            Instant.parse("2026-11-21T12:00:00Z"),
            "http.access-log=false")) {
      silent.get("/health");
      int bytes =
          api.get("/v1/reports/clicks?from=x&user=jane", "X-Request-Id", "r-1").body().length();
      api.get("/v1/n%0Aothing");

      await(() -> lines.list.size() == 2);
      assertThat(lines.list.get(0).getFormattedMessage())
          .matches("GET /v1/reports/clicks 400 \\d+ ms " + bytes + " bytes r-1");
      assertThat(lines.list.get(1).getFormattedMessage())
          .matches("GET /v1/n%0Aothing 404 \\d+ ms \\d+ bytes [0-9a-f-]{36}");
    } finally {
      access.detachAppender(lines);
    }
  }

  /** A line is written when the answer is complete, which its reader may know before. */
  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void answersEveryOtherPathAsAProblem() {
    assertThat(api.get("/v1/nothing").statusCode()).isEqualTo(404);
    assertThat(api.get("/v1/nothing").headers().firstValue("Content-Type"))
        .contains("application/problem+json");
    assertThat(api.get("/metrics").body()).contains("clickledger_http_requests");
  }
}
