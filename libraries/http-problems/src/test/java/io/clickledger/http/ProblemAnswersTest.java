package io.clickledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.Javalin;
import io.javalin.http.ConflictResponse;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class ProblemAnswersTest {

  private static final String SECRET = "jdbc:postgresql://db.internal password=hunter2";

  private static Javalin app;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    app =
        Javalin.start(
            config -> {
              config.startup.showJavalinBanner = false;
              config.jetty.host = "127.0.0.1";
              config.jetty.port = 0;
              config.http.maxRequestSize = 10;
              config.http.asyncTimeout = 100;
              ProblemAnswers.register(config);
              config.routes.get("/fine", context -> context.result("fine"));
              config.routes.post("/body", context -> context.result(context.body()));
              config.routes.get(
                  "/expected",
                  context -> {
                    throw expected();
                  });
              config.routes.get(
                  "/expected-later",
                  context -> context.future(() -> CompletableFuture.failedFuture(expected())));
              config.routes.get(
                  "/conflict",
                  context -> {
                    throw new ConflictResponse("a billing run is in progress");
                  });
              config.routes.get(
                  "/validated", context -> context.queryParamAsClass("limit", Integer.class).get());
              config.routes.get(
                  "/exception",
                  context -> {
                    throw new IllegalStateException(SECRET);
                  });
              config.routes.get(
                  "/exception-later",
                  context ->
                      context.future(
                          () ->
                              CompletableFuture.runAsync(
                                  () -> {
                                    throw new IllegalStateException(SECRET);
                                  })));
              config.routes.get(
                  "/error",
                  context -> {
                    throw new StackOverflowError(SECRET);
                  });
              config.routes.get("/never", context -> context.future(CompletableFuture::new));
            });
  }

  @AfterAll
  static void stop() {
    app.stop();
  }

  private static ProblemException expected() {
    return new ProblemException(
        new Problem(400, "malformed-clicks", "Malformed clicks", "limit must be 1..9, was 10")
            .with("errors", List.of(Map.of("field", "limit")))
            .withHeader("Retry-After", "7"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/expected", "/expected-later"})
  void answersAnExpectedProblemWithItsMembersAndHeaders(String path) throws Exception {
    HttpResponse<String> response = ask("GET", path, "");

    assertThat(problem(response, 400))
        .isEqualTo(
            JsonMapper.builder()
                .build()
                .readTree(
                    """
                    {"type": "urn:clickledger:problem:malformed-clicks",
                     "title": "Malformed clicks",
                     "status": 400,
                     "detail": "limit must be 1..9, was 10",
                     "errors": [{"field": "limit"}],
                     "request_id": "%s"}
                    """
                        .formatted(id(response))));
    assertThat(response.headers().firstValue("Retry-After")).hasValue("7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /nowhere   |             | 404 | not-found          | nothing is at /nowhere",
        "DELETE | /fine      |             | 405 | method-not-allowed | /fine must be asked with GET, was asked with DELETE",
        "POST   | /body      | 01234567890 | 413 | content-too-large  | the body must be at most 10 bytes",
        "GET    | /conflict  |             | 409 | conflict           | a billing run is in progress",
        "GET    | /validated?limit=x |     | 400 | bad-request        | the request has values that are not allowed",
      })
  void mapsWhatJavalinRefuses(
      String method, String path, String body, int status, String slug, String detail)
      throws Exception {
    HttpResponse<String> response = ask(method, path, body == null ? "" : body);

    JsonNode problem = problem(response, status);
    assertThat(problem.get("type").textValue()).isEqualTo("urn:clickledger:problem:" + slug);
    assertThat(problem.get("detail").textValue()).isEqualTo(detail);
    if (status == 405) {
      assertThat(response.headers().firstValue("Allow")).hasValue("GET");
    }
  }

  @Test
  void mapsWhatAClientThatAsksForHtmlMeetsToo() throws Exception {
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(uri("/nowhere")).header("Accept", "text/html").build(),
            BodyHandlers.ofString());

    problem(response, 404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/exception", "/exception-later", "/error", "/never"})
  void disclosesOfAFailureOnlyAnIdOfTheLog(String path) throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(ProblemAnswers.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);

    HttpResponse<String> response = ask("GET", path, "");
    logger.detachAppender(log);

    JsonNode problem = problem(response, 500);
    assertThat(response.body()).doesNotContain("hunter2", "Exception", "Error", "at io.");
    assertThat(problem.get("instance").textValue()).startsWith("urn:uuid:");
    assertThat(log.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getFormattedMessage())
                  .contains(problem.get("instance").textValue(), id(response));
              assertThat(event.getThrowableProxy()).isNotNull();
            });
  }

  @ParameterizedTest
  @CsvSource({"GET /a b HTTP/1.1,400", "GET / HTTP/9.9,505", "long header,431"})
  void mapsWhatJettyRefusesBeforeAHandlerSeesIt(String requestLine, int status) throws Exception {
    String request =
        requestLine.equals("long header")
            ? "GET /fine HTTP/1.1\r\nHost: h\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n"
            : requestLine + "\r\nHost: h\r\n\r\n";

    String answer = raw(request);

    assertThat(answer).startsWith("HTTP/1.1 " + status).contains(Problem.CONTENT_TYPE);
    assertThat(answer).contains("\"status\":" + status, "urn:clickledger:problem:");
    assertThat(answer).containsPattern("X-Request-Id: [0-9a-f-]{36}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/fine", "/nowhere", "/expected-later", "/error"})
  void answersWithTheIdThatTheSenderChose(String path) throws Exception {
    assertThat(id(askWithId(path, "Root=1-67891233-abcdef012345678912345678")))
        .isEqualTo("Root=1-67891233-abcdef012345678912345678");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "<script>",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "clk_aaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void makesAnIdWhereTheSenderHasNone(String given) throws Exception {
    HttpResponse<String> first = askWithId("/fine", given);
    HttpResponse<String> second = askWithId("/fine", given);

    assertThat(id(first)).matches("[0-9a-f-]{36}").isNotEqualTo(id(second));
  }

  private static HttpResponse<String> askWithId(String path, String id) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(uri(path)).header(RequestIds.HEADER, id).build(),
        BodyHandlers.ofString());
  }

  private static String id(HttpResponse<String> response) {
    assertThat(response.headers().allValues(RequestIds.HEADER)).hasSize(1);
    return response.headers().firstValue(RequestIds.HEADER).orElseThrow();
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", app.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static HttpResponse<String> ask(String method, String path, String body)
      throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + app.port() + path);
  }

  private static JsonNode problem(HttpResponse<String> response, int status) throws Exception {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue(Problem.CONTENT_TYPE);
    JsonNode problem = JsonMapper.builder().build().readTree(response.body());
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.get("request_id").textValue()).isEqualTo(id(response));
    return problem;
  }
}
