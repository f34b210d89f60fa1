package io.clickledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadyHandlerTest {

  private Javalin app;
  private ReadyHandler ready;

  @AfterEach
  void stop() {
    app.stop();
  }

  @Test
  void isReadyWhereEveryCheckAnswers() throws Exception {
    start(new Check("kafka", () -> {}), new Check("lake", () -> {}));

    HttpResponse<String> response = ask("/ready");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"status\":\"ready\",\"checks\":{\"kafka\":\"ready\",\"lake\":\"ready\"}}");
  }

  @Test
  void saysInWhichStateACheckIsReady() throws Exception {
    start(new Check("kafka", () -> {}, () -> "ready: clicks wait"));

    HttpResponse<String> response = ask("/ready");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"status\":\"ready\",\"checks\":{\"kafka\":\"ready: clicks wait\"}}");
  }

  @Test
  void namesWhatIsNotReadyWithoutForeignMessages() throws Exception {
    start(
        new Check("lake", () -> {}),
        new Check(
            "kafka",
            () -> {
              throw new NotReadyException("topic clicks does not exist");
            }),
        new Check(
            "trino",
            () -> {
              throw new IOException("password=hunter2");
            }));

    HttpResponse<String> response = ask("/ready");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Content-Type")).hasValue(Problem.CONTENT_TYPE);
    assertThat(response.body())
        .contains("\"kafka: topic clicks does not exist; trino: failed with IOException\"")
        .contains("\"checks\":{\"lake\":\"ready\",\"kafka\":")
        .doesNotContain("hunter2");
    assertThat(ask("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void answersInTimeAndStartsAHangingCheckOnce() throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    start(
        new Check(
            "kafka",
            () -> {
              asked.incrementAndGet();
              answers.await();
            }));

    assertThat(ask("/ready").body()).contains("kafka: gave no answer within 200 ms");
    assertThat(ask("/ready").statusCode()).isEqualTo(503);
    assertThat(asked).hasValue(1);

    answers.countDown();
    assertThat(ask("/ready").statusCode()).isEqualTo(200);
    assertThat(ask("/ready").statusCode()).isEqualTo(200);
    assertThat(asked.get()).isBetween(2, 3);
  }

  @Test
  void isNotReadyOnceTheProgramStops() throws Exception {
    start(new Check("kafka", () -> {}));
    assertThat(ask("/ready").statusCode()).isEqualTo(200);

    ready.stop();

    assertThat(ask("/ready").statusCode()).isEqualTo(503);
    assertThat(ask("/ready").body()).contains("program: is about to stop");
    assertThat(ask("/health").statusCode()).isEqualTo(200);
  }

  private void start(Check... checks) {
    ready = new ReadyHandler(List.of(checks), Duration.ofMillis(200));
    app =
        Javalin.start(
            config -> {
              config.startup.showJavalinBanner = false;
              config.jetty.host = "127.0.0.1";
              config.jetty.port = 0;
              ProblemAnswers.register(config);
              config.routes.get("/health", new HealthHandler());
              config.routes.get("/ready", ready);
            });
  }

  private HttpResponse<String> ask(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + path)).build(),
            BodyHandlers.ofString());
  }
}
