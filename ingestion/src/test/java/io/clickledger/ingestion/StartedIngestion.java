package io.clickledger.ingestion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clickledger.settings.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Ingestion in this process, on a free port, and an HTTP client for it. */
final class StartedIngestion implements AutoCloseable {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private final Ingestion ingestion;
  private final HttpClient client = HttpClient.newHttpClient();

  private StartedIngestion(Ingestion ingestion) {
    this.ingestion = ingestion;
  }

  static StartedIngestion before(String bootstrapServers, String... overrides) {
    return at(Clock.systemUTC(), bootstrapServers, overrides);
  }

  static StartedIngestion at(Clock clock, String bootstrapServers, String... overrides) {
    List<String> all = new ArrayList<>();
    all.add("kafka.bootstrap-servers=" + bootstrapServers);
    all.add("http.port=0");
    all.addAll(List.of(overrides));
    IngestionSettings settings =
        Settings.read(
            IngestionSettings.class, IngestionSettings.DEFAULTS, List.of(), all, Map.of());
    return new StartedIngestion(Ingestion.start(settings, clock));
  }

  /** Waits until the topic answers and its metadata are known. */
  StartedIngestion awaitReady() {
    Instant end = Instant.now().plus(Duration.ofSeconds(30));
    while (get("/ready").statusCode() != 200 || !takesClicks()) {
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException("not ready: " + get("/ready").body());
      }
    }
    return this;
  }

  /** An empty array says nothing about the broker, so this leaves one click on the topic. */
  private boolean takesClicks() {
    return get("/v1/pixel.gif?ad_id=warm-up&publisher_id=warm-up").statusCode() == 200;
  }

  int port() {
    return ingestion.port();
  }

  HttpResponse<String> get(String path, String... headers) {
    return send(request(path, headers).build());
  }

  HttpResponse<String> post(String contentType, String body) {
    return post(contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  HttpResponse<String> post(String contentType, byte[] body, String... headers) {
    return send(
        request("/v1/clicks", headers)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  /** A request as a browser sends it. */
  HttpResponse<String> send(String method, String path, byte[] body, String... headers) {
    return send(request(path, headers).method(method, BodyPublishers.ofByteArray(body)).build());
  }

  /** Posts a body whose length is not declared. */
  HttpResponse<String> postChunked(String contentType, byte[] body) {
    return send(
        request("/v1/clicks")
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build());
  }

  /** Of a body, this client keeps no copy while it waits. */
  CompletableFuture<HttpResponse<String>> postAsync(String contentType, byte[] body) {
    return client.sendAsync(
        request("/v1/clicks")
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build(),
        BodyHandlers.ofString());
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    ingestion.close();
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofSeconds(20));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
