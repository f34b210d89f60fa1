package io.clickledger.ingestion;

import static io.clickledger.ingestion.StartedIngestion.json;
import static io.clickledger.rules.contract.ClickJson.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickJson;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.MalformedClick;
import io.clickledger.rules.json.MalformedClicks;
import io.clickledger.rules.json.ReadResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestionIT {

  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";

  private static StartedIngestion ingestion;

  @BeforeAll
  static void start() {
    ingestion =
        StartedIngestion.before(
                SharedBroker.bootstrapServers(),
                "http.max-body-bytes=200000",
                "http.max-clicks=100",
                "http.trusted-proxies=127.0.0.0/8")
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    ingestion.close();
  }

  private static ClickJson now(String name) {
    return click(name).clickedAt(Instant.now());
  }

  @Test
  void putsAnAcknowledgedClickOnTheTopicStampedAndComplete() {
    Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    String upper = Clicks.clickId("one").toUpperCase(Locale.ROOT);

    HttpResponse<String> response =
        ingestion.post(
            JSON,
            now("one")
                .withText("click_id", upper)
                .costMicros(500)
                .with("slot", "{\"x\":1}")
                .text());

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.body()).isEqualTo("{\"accepted\":1}");
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    ConsumerRecord<String, byte[]> record = only(Clicks.clickId("one"));
    Click click = accepted(record);
    assertThat(click.clickId()).isEqualTo(Clicks.clickId("one"));
    assertThat(click.source()).isEqualTo(Source.S2S);
    assertThat(click.receivedAt()).isBetween(before, Instant.now());
    assertThat(record.timestamp()).isEqualTo(click.receivedAt().toEpochMilli());
    assertThat(click.claimedCostMicros()).isEqualTo(500);
    assertThat(click.userId()).isEqualTo("user-1");
    assertThat(click.otherFields()).containsEntry("slot", "{\"x\":1}");
  }

  @ParameterizedTest
  @ValueSource(strings = {JSON, LINES, "application/json; charset=UTF-8"})
  void acceptsManyClicksInOneRequest(String contentType) {
    List<String> names = IntStream.range(0, 50).mapToObj(i -> contentType + i).toList();
    List<String> texts = names.stream().map(name -> now(name).text()).toList();

    HttpResponse<String> response =
        ingestion.post(
            contentType,
            contentType.equals(LINES)
                ? String.join("\r\n", texts) + "\n\n"
                : "[" + String.join(" , ", texts) + "]");

    assertThat(response.body()).isEqualTo("{\"accepted\":50}");
    assertThat(records().map(ConsumerRecord::key))
        .containsAll(names.stream().map(Clicks::clickId).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json;charset=utf8",
        "application/json ; charset = \"UTF-8\" ; q=1",
        "text/json",
        "application/ndjson",
        "application/jsonl; charset=us-ascii",
        "application/jsonlines"
      })
  void readsOtherNamesOfTheFormatsAndAByteOrderMark(String contentType) {
    HttpResponse<String> response =
        ingestion.post(contentType, "\ufeff" + now("named " + contentType).text());

    assertThat(response.body()).isEqualTo("{\"accepted\":1}");
    only(Clicks.clickId("named " + contentType));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "X-GZIP", "zstd"})
  void readsACompressedBody(String encoding) throws IOException {
    byte[] body = compressed(encoding, now("in " + encoding).bytes());

    assertThat(ingestion.post(JSON, body, "Content-Encoding", encoding).statusCode())
        .isEqualTo(202);

    only(Clicks.clickId("in " + encoding));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void refusesABodyThatIsNotCompressedAsItSaysOrTooLargeThen(String encoding) throws IOException {
    byte[] whole = compressed(encoding, now("cut").bytes());
    byte[] bomb = compressed(encoding, new byte[50_000_000]);

    for (byte[] broken :
        List.of(now("plain").bytes(), Arrays.copyOf(whole, whole.length - 9), new byte[0])) {
      HttpResponse<String> refused = ingestion.post(JSON, broken, "Content-Encoding", encoding);
      assertThat(refused.statusCode()).isEqualTo(400);
    }
    assertThat(bomb.length).isLessThan(200_000);
    assertThat(ingestion.post(JSON, bomb, "Content-Encoding", encoding).statusCode())
        .isEqualTo(413);
  }

  @Test
  void refusesAZstdWindowThatTakesMuchMemory() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZstdOutputStreamNoFinalizer out = new ZstdOutputStreamNoFinalizer(bytes)) {
      out.setLong(27);
      out.write(now("window").bytes());
    }

    assertThat(ingestion.post(JSON, bytes.toByteArray(), "Content-Encoding", "zstd").statusCode())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/pixel.gif?ad_id=%%%&%=%&&&=&%00=%ff HTTP/1.1",
        "GET /v1/pixel.gif?caf\u00e9=\u9e9b HTTP/1.1",
        "GET /v1/pixel.gif;a=b/../%2e%2e/%zz?%zz HTTP/1.1",
        "GET /%zz HTTP/1.1",
        "GET /v1/clicks%00 HTTP/1.1",
        "GET /v1/pixel.gif?a b HTTP/1.1",
        "GET http://other.example/v1/pixel.gif?x=%% HTTP/1.1",
        "POST /v1/clicks HTTP/1.1\r\nContent-Type: \u00e9/%\r\nContent-Length: 0",
        "POST /v1/clicks HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: x",
        "POST /v1/clicks HTTP/1.1\r\nTransfer-Encoding: what\r\nContent-Length: 3",
        "POST /v1/clicks?a=%%& HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 0",
        "PUT /v1/pixel.gif HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "TRACE / HTTP/1.1",
        "BREW /v1/clicks HTTP/1.1"
      })
  void answersNoRequestWithAFailureOfItsOwn(String head) {
    assertThat(RawRequest.status(RawRequest.answer(ingestion.port(), head))).isBetween(400, 499);
  }

  @Test
  void keepsUsersApartWhoseBytesAreNotUtf8() {
    for (char letter : new char[] {'\u00e8', '\u00e9'}) {
      byte[] request =
          ("GET /v1/pixel.gif?ad_id=ad-latin&publisher_id=p&user_id=caf"
                  + letter
                  + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.ISO_8859_1);
      assertThat(RawRequest.answer(ingestion.port(), request)).startsWith("HTTP/1.1 200");
    }

    assertThat(
            records()
                .map(IngestionIT::accepted)
                .filter(c -> c.adId().equals("ad-latin"))
                .map(Click::userId)
                .filter(Objects::nonNull))
        .doesNotHaveDuplicates();
  }

  @Test
  void refusesAHeadBeyondTheLimitOnly() {
    String query = "/v1/pixel.gif?ad_id=ad-long&publisher_id=p&x=";

    assertThat(ingestion.get(query + "x".repeat(65_000)).statusCode()).isEqualTo(200);
    assertThat(ingestion.get(query + "x".repeat(66_000)).statusCode()).isEqualTo(414);
    assertThat(ingestion.get("/v1/pixel.gif", "X", "x".repeat(66_000)).statusCode()).isEqualTo(431);
  }

  private static byte[] compressed(String encoding, byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        encoding.equals("zstd")
            ? new ZstdOutputStreamNoFinalizer(bytes)
            : new GZIPOutputStream(bytes)) {
      out.write(body);
    }
    return bytes.toByteArray();
  }

  @Test
  void acceptsAnEmptyArrayButNoBodyWithoutALine() {
    assertThat(ingestion.post(JSON, "[]").body()).isEqualTo("{\"accepted\":0}");
    assertThat(ingestion.post(LINES, "\n \n").statusCode()).isEqualTo(400);
  }

  static Stream<MalformedClick> malformedClicks() {
    List<MalformedClick> table = MalformedClicks.overHttpAt(Instant.now());
    assertThat(table).hasSizeGreaterThanOrEqualTo(30);
    return table.stream();
  }

  @ParameterizedTest
  @MethodSource("malformedClicks")
  void answersAMalformedClickWithItsFieldAndReason(MalformedClick malformed) {
    HttpResponse<String> response = ingestion.post(JSON, malformed.bytes());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode problem = json(response);
    assertThat(problem.get("type").textValue())
        .isEqualTo("urn:clickledger:problem:malformed-clicks");
    assertThat(errors(problem))
        .anySatisfy(
            error -> {
              assertThat(error.path("reason").textValue()).isEqualTo(malformed.reason().name());
              assertThat(error.path("field").textValue()).isEqualTo(malformed.field());
              assertThat(error.path("detail").textValue()).isNotBlank();
            });
  }

  @Test
  void acceptsNothingOfARequestWithOneMalformedClick() {
    String body =
        String.join(
            "\n",
            now("whole-1").text(),
            now("whole-2").without("ad_id").withText("publisher_id", "").text(),
            now("whole-3").text());

    HttpResponse<String> response = ingestion.post(LINES, body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(errors(json(response)))
        .extracting(
            error -> error.get("index").intValue(),
            error -> error.get("field").textValue(),
            error -> error.get("reason").textValue())
        .containsExactly(tuple(1, "ad_id", "MISSING"), tuple(1, "publisher_id", "EMPTY"));
    assertThat(records().map(ConsumerRecord::key))
        .doesNotContain(Clicks.clickId("whole-1"), Clicks.clickId("whole-3"));
  }

  @Test
  void stopsReadingAfterSoManyErrorsAndSaysSo() {
    HttpResponse<String> response = ingestion.post(JSON, "[" + "{},".repeat(60_000) + "{}]");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(errors(json(response))).hasSize(ClickLimits.MAX_REQUEST_FAULTS);
    assertThat(json(response).get("detail").textValue())
        .isEqualTo(
            "25 of the first 25 malformed, so none was accepted; only the first 100 errors are"
                + " listed, and what follows was not read");
    assertThat(response.body()).hasSizeLessThan(20_000);
  }

  @Test
  void refusesMoreClicksThanMayBeInOneRequest() {
    List<String> clicks = IntStream.range(0, 101).mapToObj(i -> now("many" + i).text()).toList();

    HttpResponse<String> accepted =
        ingestion.post(JSON, "[" + String.join(",", clicks.subList(0, 100)) + "]");
    HttpResponse<String> refused = ingestion.post(LINES, String.join("\n", clicks));

    assertThat(accepted.body()).isEqualTo("{\"accepted\":100}");
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(json(refused).get("detail").textValue())
        .isEqualTo("the body must have at most 100 clicks, had more, so none was accepted");
    assertThat(records().map(ConsumerRecord::key)).doesNotContain(Clicks.clickId("many100"));
  }

  @Test
  void quotesOnlyTheBeginningOfWhatWasSent() {
    HttpResponse<String> media = ingestion.post("text/" + "x".repeat(5_000), now("x").bytes());
    HttpResponse<String> path = ingestion.get("/" + "%F0%9F%98%80".repeat(500));

    assertThat(media.statusCode()).isEqualTo(415);
    assertThat(media.body()).hasSizeLessThan(600);
    assertThat(path.statusCode()).isEqualTo(404);
    assertThat(path.body()).hasSizeLessThan(1_200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/plain                    |          | Content-Type must be application/json or"
            + " application/x-ndjson, was text/plain",
        ";                             |          | Content-Type must be application/json or"
            + " application/x-ndjson, was ;",
        "application/json;charset=utf-16 |        | charset must be utf-8, was"
            + " application/json;charset=utf-16",
        "application/json              | br       | Content-Encoding must be absent, gzip or zstd, was"
            + " br",
      })
  void refusesOtherMediaTypes(String contentType, String encoding, String detail) {
    String[] headers =
        encoding == null ? new String[0] : new String[] {"Content-Encoding", encoding};

    HttpResponse<String> response = ingestion.post(contentType, now("x").bytes(), headers);

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(json(response).get("detail").textValue()).isEqualTo(detail);
    assertThat(response.headers().firstValue("Accept-Post"))
        .hasValue("application/json, application/x-ndjson");
  }

  @Test
  void refusesABodyBeyondTheLimitOfAnyDeclaredLength() {
    String click = now("at-limit").text();
    byte[] atLimit =
        (click + "\n".repeat(200_000 - click.length())).getBytes(StandardCharsets.UTF_8);

    for (HttpResponse<String> refused :
        List.of(
            ingestion.post(LINES, " ".repeat(200_001)),
            ingestion.postChunked(LINES, " ".repeat(200_001).getBytes(StandardCharsets.UTF_8)))) {
      assertThat(refused.statusCode()).isEqualTo(413);
      assertThat(json(refused).get("detail").textValue())
          .isEqualTo("the body must be at most 200000 bytes");
    }
    assertThat(ingestion.postChunked(LINES, atLimit).statusCode()).isEqualTo(202);
  }

  @Test
  void answersAPixelAfterItsClickIsOnTheTopic() {
    HttpResponse<String> response =
        ingestion.get(
            "/v1/pixel.gif?ad_id=ad-9&publisher_id=p-9&user_id=u%209&click_id=&placement=top",
            "User-Agent", ClickJson.FIREFOX, "X-Forwarded-For", "198.51.100.99, 203.0.113.9");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("image/gif");
    assertThat(response.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
    assertThat(response.body()).startsWith("GIF89a");
    Click click =
        records()
            .map(IngestionIT::accepted)
            .filter(c -> c.adId().equals("ad-9"))
            .findFirst()
            .orElseThrow();
    assertThat(UUID.fromString(click.clickId()).version()).isEqualTo(4);
    assertThat(click.source()).isEqualTo(Source.PIXEL);
    assertThat(click.clickedAt()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    assertThat(click.ipAddress()).hasToString("203.0.113.9");
    assertThat(click.userAgent()).isEqualTo(ClickJson.FIREFOX);
    assertThat(click.userId()).isEqualTo("u 9");
    assertThat(click.otherFields()).containsEntry("placement", "\"top\"");
  }

  @Test
  void saysOfAPrefetchedPixelThatItWas() {
    HttpResponse<String> response =
        ingestion.get(
            "/v1/pixel.gif?ad_id=ad-prefetched&publisher_id=p-9",
            "User-Agent",
            ClickJson.FIREFOX,
            "Sec-Purpose",
            "prefetch;prerender");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(
            records()
                .map(IngestionIT::accepted)
                .filter(c -> c.adId().equals("ad-prefetched"))
                .map(Click::requestPurpose))
        .containsExactly("prerender");
  }

  @Test
  void answersAMalformedPixelWithTheFieldsAtFault() {
    HttpResponse<String> response = ingestion.get("/v1/pixel.gif?publisher_id=a&publisher_id=b");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(errors(json(response)))
        .extracting(e -> e.get("field").textValue() + " " + e.get("reason").textValue())
        .contains("publisher_id DUPLICATE_FIELD", "ad_id MISSING");
  }

  @Test
  void countsClicksAndTimesRequests() {
    ingestion.post(JSON, now("metrics").text());
    ingestion.post(JSON, "{}");

    HttpResponse<String> response = ingestion.get("/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .containsPattern(
            "clickledger_ingestion_clicks_total\\{outcome=\"acknowledged\",source=\"s2s\"} [1-9]")
        .containsPattern(
            "clickledger_ingestion_clicks_total\\{outcome=\"malformed\",source=\"s2s\"} [1-9]")
        .containsPattern(
            "clickledger_ingestion_requests_seconds_bucket\\{route=\"/v1/clicks\",status=\"202\",le=\"0.01\"}")
        .contains("clickledger_ingestion_waiting_requests", "jvm_memory_used_bytes");
  }

  @Test
  void isHealthyAndReady() {
    assertThat(ingestion.get("/health").statusCode()).isEqualTo(200);
    assertThat(ingestion.get("/ready").body())
        .isEqualTo("{\"status\":\"ready\",\"checks\":{\"kafka\":\"ready\"}}");
    try (StartedIngestion other =
        StartedIngestion.before(SharedBroker.bootstrapServers(), "kafka.click-topic=absent")) {
      assertThat(other.get("/ready").statusCode()).isEqualTo(503);
      assertThat(other.get("/ready").body()).contains("kafka: topic absent does not exist");
      assertThat(other.post(JSON, now("absent").text()).statusCode()).isEqualTo(503);
    }
  }

  private static List<JsonNode> errors(JsonNode problem) {
    return StreamSupport.stream(problem.get("errors").spliterator(), false).toList();
  }

  private static Stream<ConsumerRecord<String, byte[]>> records() {
    return TopicReader.all(SharedBroker.bootstrapServers(), "clicks").stream();
  }

  private static ConsumerRecord<String, byte[]> only(String key) {
    List<ConsumerRecord<String, byte[]>> found =
        records().filter(record -> record.key().equals(key)).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  /** As landing will read it. */
  private static Click accepted(ConsumerRecord<String, byte[]> record) {
    ReadResult reading = ClickReader.read(record.value(), Instant.ofEpochMilli(record.timestamp()));
    assertThat(reading).isInstanceOf(ReadResult.Accepted.class);
    return ((ReadResult.Accepted) reading).click();
  }
}
