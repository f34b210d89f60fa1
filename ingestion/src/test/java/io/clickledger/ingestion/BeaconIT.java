package io.clickledger.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResult;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers post, and what their scripts are allowed (CORS). */
class BeaconIT {

  private static final String PIXEL = "/v1/pixel.gif";
  private static final byte[] NO_BODY = {};
  private static final String SHOP = "https://shop.example";
  private static final AtomicInteger ADS = new AtomicInteger();

  private static StartedIngestion ingestion;

  @BeforeAll
  static void start() {
    ingestion =
        StartedIngestion.before(SharedBroker.bootstrapServers(), "http.cors-origins=" + SHOP)
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    ingestion.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded;charset=UTF-8",
        "text/ping",
        "multipart/form-data; boundary=x",
        ""
      })
  void readsTheQueryWhateverTheBodyIs(String contentType) {
    String ad = nextAd();
    String path = PIXEL + "?ad_id=" + ad + "&publisher_id=p&user_id=caf%E9&cb=%25%25CB%25%25";
    byte[] body = "ad_id=other&publisher_id=other".getBytes(StandardCharsets.UTF_8);

    HttpResponse<String> answer =
        contentType.isEmpty()
            ? ingestion.send("POST", path, NO_BODY, "User-Agent", "browser")
            : ingestion.send(
                "POST", path, body, "User-Agent", "browser", "Content-Type", contentType);

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
    Click click = only(ad);
    assertThat(click.source()).isEqualTo(Source.PIXEL);
    assertThat(click.userAgent()).isEqualTo("browser");
    assertThat(click.userId()).isEqualTo("caf\u00e9");
    assertThat(click.otherFields()).containsEntry("cb", "\"%%CB%%\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain;charset=UTF-8", "APPLICATION/X-WWW-FORM-URLENCODED"})
  void readsTheBodyWhereThereIsNoQuery(String contentType) {
    String ad = nextAd();

    assertThat(postText(contentType, "ad_id=" + ad + "&publisher_id=p&x=caf%C3%A9\r\n"))
        .isEqualTo(204);

    assertThat(only(ad).otherFields()).containsEntry("x", "\"caf\u00e9\"");
  }

  @Test
  void readsABodyOfUndeclaredLength() {
    String ad = nextAd();
    String body = "ad_id=" + ad + "&publisher_id=p";

    String answer =
        RawRequest.answer(
            ingestion.port(),
            ("POST /v1/pixel.gif HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(body.length())
                    + "\r\n"
                    + body
                    + "\r\n0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));

    assertThat(RawRequest.status(answer)).isEqualTo(204);
    only(ad);
  }

  @Test
  void keepsUsersApartWhoseBytesAreNotUtf8() {
    for (int letter : new int[] {0xe8, 0xe9}) {
      String ad = nextAd();
      byte[] body =
          ("ad_id=" + ad + "&publisher_id=p&user_id=caf" + (char) letter)
              .getBytes(StandardCharsets.ISO_8859_1);

      assertThat(ingestion.send("POST", PIXEL, body, "Content-Type", "text/plain").statusCode())
          .isEqualTo(204);
      assertThat(only(ad).userId()).isEqualTo("caf" + (char) letter);
    }
  }

  @Test
  void takesThePagesOfAPing() {
    String ad = nextAd();

    ping("?publisher_id=p&ad_id=" + ad, "https://news.example/1", "https://shop.example/2");

    Click click = only(ad);
    assertThat(click.otherFields()).containsEntry("page_url", "\"https://news.example/1\"");
    assertThat(click.clickUrl()).hasToString("https://shop.example/2");
  }

  @Test
  void prefersParametersToThePagesOfAPing() {
    String ad = nextAd();

    ping(
        "?page_url=https://a.example&click_url=https://b.example&publisher_id=p&ad_id=" + ad,
        "https://news.example/1",
        "https://shop.example/2");

    Click click = only(ad);
    assertThat(click.otherFields())
        .containsEntry("page_url", "\"https://a.example\"")
        .doesNotContainKey("input_faults");
    assertThat(click.clickUrl()).hasToString("https://b.example");
  }

  @Test
  void landsAPingOfAVeryLongPage() {
    String ad = nextAd();

    ping("?publisher_id=p&ad_id=" + ad, "https://n.example/" + "x".repeat(60_000), "javascript:1");

    Click click = only(ad);
    assertThat(click.otherFields()).containsKey("input_faults").doesNotContainKey("page_url");
    assertThat(click.clickUrl()).isNull();
  }

  @Test
  void refusesWhatHoldsNoClick() {
    assertThat(postText("application/json", "{}")).isEqualTo(415);
    assertThat(postText("text/plain", "{\"ad_id\":\"a\"}")).isEqualTo(400);
    assertThat(postText("text/plain", "ad_id=a&" + "x".repeat(70_000))).isEqualTo(413);
    assertThat(ingestion.send("POST", PIXEL, NO_BODY, "Content-Type", "text/ping").statusCode())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/clicks", PIXEL})
  void letsScriptsOfTheOriginsConfiguredPost(String path) {
    HttpResponse<String> allowed = preflight(path, SHOP);
    HttpResponse<String> other = preflight(path, "https://evil.example");

    assertThat(allowed.statusCode()).isEqualTo(204);
    assertThat(allowed.headers().map())
        .containsEntry("Access-Control-Allow-Origin", List.of(SHOP))
        .containsEntry("Access-Control-Allow-Methods", List.of("GET, POST"))
        .containsEntry("Access-Control-Allow-Headers", List.of("Content-Type, Content-Encoding"))
        .containsEntry("Access-Control-Allow-Private-Network", List.of("true"))
        .containsEntry("Access-Control-Max-Age", List.of("600"))
        .containsEntry("Vary", List.of("Origin"));
    assertThat(other.headers().map())
        .doesNotContainKey("Access-Control-Allow-Origin")
        .doesNotContainKey("Access-Control-Allow-Private-Network")
        .containsEntry("Vary", List.of("Origin"));
  }

  @Test
  void letsScriptsReadProblemsToo() {
    HttpResponse<String> refused = ingestion.send("POST", PIXEL, NO_BODY, "Origin", SHOP);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).hasValue(SHOP);
  }

  @Test
  void servesATagOfAtMostTwoKilobytes() {
    HttpResponse<String> tag = ingestion.get("/clickledger.js");

    assertThat(tag.statusCode()).isEqualTo(200);
    assertThat(tag.body().getBytes(StandardCharsets.UTF_8)).hasSizeBetween(500, 2048);
    assertThat(tag.headers().firstValue("Content-Type")).hasValue("text/javascript; charset=utf-8");
    assertThat(tag.headers().firstValue("Cache-Control").orElseThrow()).contains("max-age=");
  }

  private static String nextAd() {
    return "ad-beacon-" + ADS.incrementAndGet();
  }

  private static int postText(String contentType, String body) {
    return ingestion
        .send("POST", PIXEL, body.getBytes(StandardCharsets.UTF_8), "Content-Type", contentType)
        .statusCode();
  }

  private static void ping(String query, String from, String to) {
    HttpResponse<String> answer =
        ingestion.send(
            "POST",
            PIXEL + query,
            "PING".getBytes(StandardCharsets.US_ASCII),
            "Content-Type",
            "text/ping",
            "Ping-From",
            from,
            "Ping-To",
            to);
    assertThat(answer.statusCode()).isEqualTo(204);
  }

  private static HttpResponse<String> preflight(String path, String origin) {
    return ingestion.send(
        "OPTIONS",
        path,
        NO_BODY,
        "Origin",
        origin,
        "Access-Control-Request-Method",
        "POST",
        "Access-Control-Request-Private-Network",
        "true");
  }

  private static Click only(String ad) {
    List<Click> clicks =
        TopicReader.all(SharedBroker.bootstrapServers(), "clicks").stream()
            .map(
                record ->
                    ClickReader.read(record.value(), Instant.ofEpochMilli(record.timestamp())))
            .filter(ReadResult.Accepted.class::isInstance)
            .map(result -> ((ReadResult.Accepted) result).click())
            .filter(click -> click.adId().equals(ad))
            .toList();
    assertThat(clicks).hasSize(1);
    return clicks.get(0);
  }
}
