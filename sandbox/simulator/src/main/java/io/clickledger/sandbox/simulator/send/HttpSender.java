package io.clickledger.sandbox.simulator.send;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.Target;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Over HTTP, as ad servers and browsers would: posts of one click, of an array and of lines, and
 * pixels. A request without an answer, or with a 5xx, is retried for some minutes; after that the
 * oracle records an unknown outcome.
 */
final class HttpSender implements Sender {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_UNANSWERED = 64;
  private static final int BATCH = 50;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RETRY_TIMEOUT = Duration.ofMinutes(3);

  static {
    // The client would send a GET again by itself when a connection breaks, and the oracle would
    // not know of it. One request, one attempt; and no connection is kept until the server ends it.
    System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
    System.setProperty("jdk.httpclient.keepalive.timeout", "5");
  }

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;
  private final Consumer<OracleEntry> oracle;
  private final Semaphore places = new Semaphore(MAX_UNANSWERED);
  private final AtomicReference<String> failure = new AtomicReference<>();
  private int turn;

  HttpSender(URI base, Consumer<OracleEntry> oracle) {
    this.base = base;
    this.oracle = oracle;
  }

  @Override
  public void send(List<SimulatedClick> clicks) {
    List<SimulatedClick> batch = new ArrayList<>();
    for (SimulatedClick click : clicks) {
      // A post with one malformed click is refused as a whole.
      if (click.isMalformed()) {
        submit(List.of(click), post("application/json", click.json()), 400);
      } else {
        batch.add(click);
        if (batch.size() == BATCH) {
          sendValid(batch);
          batch.clear();
        }
      }
    }
    if (!batch.isEmpty()) {
      sendValid(batch);
    }
  }

  private void sendValid(List<SimulatedClick> clicks) {
    List<SimulatedClick> batch = new ArrayList<>(clicks);
    turn++;
    SimulatedClick last = batch.get(batch.size() - 1);
    if (turn % 4 == 0 && last.userAgent() != null) {
      batch.remove(batch.size() - 1);
      submit(List.of(last), pixel(last), 200);
    }
    if (batch.isEmpty()) {
      return;
    }
    if (batch.size() == 1) {
      submit(batch, post("application/json", batch.get(0).json()), 202);
    } else if (turn % 3 == 0) {
      submit(batch, post("application/x-ndjson", joined(batch, "\n", "", "\n")), 202);
    } else {
      submit(batch, post("application/json", joined(batch, ",", "[", "]")), 202);
    }
  }

  private void submit(List<SimulatedClick> clicks, HttpRequest request, int expected) {
    if (failure.get() != null) {
      throw new IllegalStateException(failure.get());
    }
    places.acquireUninterruptibly();
    attempt(clicks, request, expected, Instant.now().toEpochMilli(), 0);
  }

  private void attempt(
      List<SimulatedClick> clicks, HttpRequest request, int expected, long sentAt, int unknown) {
    client
        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .whenComplete(
            (response, e) -> {
              if (e == null && response.statusCode() < 500) {
                answered(clicks, expected, sentAt, unknown, response);
              } else {
                again(clicks, request, expected, sentAt, isRefused(e) ? unknown : unknown + 1);
              }
            });
  }

  /** Whether the connection was refused: such an attempt had no effect. */
  private static boolean isRefused(Throwable e) {
    return e != null && (e instanceof ConnectException || isRefused(e.getCause()));
  }

  private void again(
      List<SimulatedClick> clicks, HttpRequest request, int expected, long sentAt, int unknown) {
    if (Instant.now().toEpochMilli() - sentAt < RETRY_TIMEOUT.toMillis()) {
      CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS)
          .execute(() -> attempt(clicks, request, expected, sentAt, unknown));
      return;
    }
    note(clicks, sentAt, OracleEntry.NONE, unknown);
    failure.compareAndSet(
        null, "ingestion did not answer for " + RETRY_TIMEOUT.toMinutes() + " minutes");
    places.release();
  }

  private void answered(
      List<SimulatedClick> clicks,
      int expected,
      long sentAt,
      int unknown,
      HttpResponse<String> response) {
    if (response.statusCode() == expected) {
      note(clicks, sentAt, String.valueOf(response.statusCode()), unknown);
    } else {
      failure.compareAndSet(
          null,
          "ingestion answered %d where %d was expected: %s"
              .formatted(response.statusCode(), expected, response.body()));
    }
    places.release();
  }

  private void note(List<SimulatedClick> clicks, long sentAt, String answer, int unknown) {
    for (SimulatedClick click : clicks) {
      oracle.accept(OracleEntry.of(click, Target.HTTP, sentAt, answer, unknown));
    }
  }

  private HttpRequest post(String type, String body) {
    return HttpRequest.newBuilder(base.resolve("/v1/clicks"))
        .timeout(TIMEOUT)
        .header("Content-Type", type)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /**
   * What a browser sends: no address and no user agent among the parameters. All of these come from
   * this machine, so each names its own address, as a proxy does that ingestion trusts.
   */
  private HttpRequest pixel(SimulatedClick click) {
    try {
      Map<String, Object> fields = JSON.readValue(click.json(), new TypeReference<>() {});
      fields.remove("user_agent");
      String address = (String) fields.remove("ip_address");
      fields.remove("viewport"); // A parameter is a text, so an object is none.
      String query =
          fields.entrySet().stream()
              .map(e -> e.getKey() + "=" + encoded(String.valueOf(e.getValue())))
              .collect(Collectors.joining("&"));
      return HttpRequest.newBuilder(base.resolve("/v1/pixel.gif?" + query))
          .timeout(TIMEOUT)
          .header("User-Agent", click.userAgent())
          .header("X-Forwarded-For", address)
          .build();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String joined(List<SimulatedClick> clicks, String between, String a, String z) {
    return clicks.stream().map(SimulatedClick::json).collect(Collectors.joining(between, a, z));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    places.acquireUninterruptibly(MAX_UNANSWERED);
    places.release(MAX_UNANSWERED);
    Optional.ofNullable(failure.get())
        .ifPresent(
            message -> {
              throw new IllegalStateException(message);
            });
  }
}
