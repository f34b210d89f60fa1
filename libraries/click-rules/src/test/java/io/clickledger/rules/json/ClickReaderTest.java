package io.clickledger.rules.json;

import static io.clickledger.rules.contract.ClickJson.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickJson;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.contract.JsonText;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.contract.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClickReaderTest {

  private static final Instant NOON = Clicks.NOON;

  @Test
  void readsAClickOfRequiredFieldsOnly() {
    String text =
        """
        {"click_id":"%s","clicked_at":1795176000000,"ad_id":"ad-1","publisher_id":"p"}
        """
            .formatted(Clicks.clickId("a"));

    Click click = accepted(ClickReader.read(bytes(text), NOON));

    assertThat(click)
        .isEqualTo(
            Clicks.click("a")
                .clickedAt(Instant.ofEpochMilli(1795176000000L))
                .publisherId("p")
                .userId(null)
                .ipAddress(null)
                .userAgent(null)
                .build());
    assertThat(click.clickedAt()).isEqualTo(NOON);
  }

  @Test
  void readsEveryField() {
    String text =
        """
        {
          "click_id": "%s", "clicked_at": "2026-11-20T13:00:00.123456+01:00",
          "ad_id": "ad-1", "publisher_id": "publisher-1", "user_id": "J\\u00fcrgen \\ud83d\\ude00",
          "ip_address": "2001:0DB8::0001", "user_agent": "", "campaign_id": "c:1",
          "impression_id": "i_1", "click_url": "https://example.com/?q=a|b#top",
          "claimed_cost_micros": 0, "currency": "JPY", "request_purpose": "prefetch", "received_at": 1795176001000,
          "source": "pixel", "suspected_duplicate": false, "colour": { "r" : [1, 2.50, "x"] }
        }
        """
            .formatted(Clicks.clickId("a"));

    Click click = accepted(ClickReader.read(bytes(text), NOON));

    assertThat(click)
        .isEqualTo(
            Clicks.click("a")
                .clickedAt(Instant.parse("2026-11-20T12:00:00.123456Z"))
                .userId("Jürgen 😀")
                .ipAddress("2001:db8::1")
                .userAgent("")
                .campaignId("c:1")
                .impressionId("i_1")
                .clickUrl("https://example.com/?q=a|b#top")
                .claimedCost(0, "JPY")
                .requestPurpose("prefetch")
                .receivedAt(NOON.plusSeconds(1))
                .source(Source.PIXEL)
                .suspectedDuplicate(false)
                .otherField("colour", "{\"r\":[1,2.50,\"x\"]}")
                .build());
  }

  @Test
  void writesTheClickIdInLowerCase() {
    ClickJson upper = click("a").withText("click_id", "0F0E2B1C-5A77-4D3E-9C58-7D7F6F1F2A10");

    Click click = accepted(ClickReader.read(upper.bytes(), NOON));

    assertThat(click.clickId()).isEqualTo("0f0e2b1c-5a77-4d3e-9c58-7d7f6f1f2a10");
  }

  @Test
  void takesNullOfAnOptionalFieldForAbsence() {
    ClickJson click = click("a").with("user_id", "null").with("currency", "null");

    assertThat(accepted(ClickReader.read(click.bytes(), NOON)))
        .isEqualTo(Clicks.click("a").userId(null).build());
  }

  @Test
  void keepsUnknownFieldsByNameAsJson() {
    ClickJson click =
        click("a").with("zone", "null").with("colour", "\"r\\u0065d\\n\"").with("b", "1E400");

    assertThat(accepted(ClickReader.read(click.bytes(), NOON)).otherFields())
        .containsExactly(
            entry("b", "1E400"), entry("colour", "\"red\\u000a\""), entry("zone", "null"));
  }

  @Test
  void reportsEveryFaultInTheOrderOfTheContract() {
    String text =
        """
        {"colour": 1, "colour": 2, "currency": "EUR", "clicked_at": "noon", "source": 1,
         "user_id": "", "publisher_id": "p 1", "click_id": 17}
        """;

    assertThat(rejected(ClickReader.read(bytes(text), NOON)).faults())
        .extracting(Fault::field, Fault::reason)
        .containsExactly(
            tuple("click_id", RejectionReason.WRONG_TYPE),
            tuple("clicked_at", RejectionReason.MALFORMED),
            tuple("ad_id", RejectionReason.MISSING),
            tuple("publisher_id", RejectionReason.MALFORMED),
            tuple("user_id", RejectionReason.EMPTY),
            tuple("claimed_cost_micros", RejectionReason.INCOMPLETE_PAIR),
            tuple("source", RejectionReason.WRONG_TYPE),
            tuple("colour", RejectionReason.DUPLICATE_FIELD));
  }

  @Test
  void saysWhatIsAllowedAndWhatWasThere() {
    ClickJson click =
        click("a").adId("ad/1").with("clicked_at", "\"2026-11-20T12:00:00\"").costMicros(-5);

    assertThat(rejected(ClickReader.read(click.bytes(), NOON)).faults())
        .extracting(Fault::detail)
        .containsExactly(
            "clicked_at must be epoch milliseconds or ISO-8601 with an offset, was"
                + " 2026-11-20T12:00:00",
            "ad_id must be 1..64 of A-Z a-z 0-9 . _ : -, was ad/1",
            "claimed_cost_micros must be 0..1000000000000, was -5");
  }

  @Test
  void suspectsSecondsWhereMillisecondsMustBe() {
    ClickJson click = click("a").with("clicked_at", Long.toString(NOON.getEpochSecond()));

    assertThat(rejected(ClickReader.read(click.bytes(), NOON)).first().detail())
        .endsWith("was 1970-01-21T18:39:36Z (seconds? an integer is milliseconds)");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 4_294_967_295L, Long.MAX_VALUE})
  void judgesTimesAtTheEndsOfTime(long millis) {
    ClickJson click = click("a").with("clicked_at", Long.toString(millis));

    assertThat(rejected(ClickReader.read(click.bytes(), NOON)).first().field())
        .isEqualTo("clicked_at");
  }

  @ParameterizedTest
  @ValueSource(strings = {"user_id", "ip_address", "user_agent", "click_url", "ad_id", "colour"})
  void reportsNoPersonalData(String field) {
    String personal = "jane.doe@example.com";
    String longer = "\"" + personal.repeat(110) + "\"";
    for (String json :
        List.of(longer, "\"" + personal + "\\ud83d\"", "[\"" + personal + "\"]", longer + "1")) {
      ReadResult reading = ClickReader.read(click("a").with(field, json).bytes(), NOON);

      if (reading instanceof ReadResult.Rejected rejected) {
        assertThat(rejected.faults()).extracting(Fault::detail).noneMatch(d -> d.contains("jane"));
      }
    }
  }

  @Test
  void refusesARecordOverTheLimitWhateverItHolds() {
    byte[] atLimit = bytes(click("a").text() + " ".repeat(65_536 - click("a").bytes().length));
    byte[] overLimit = bytes(click("a").text() + " ".repeat(65_537 - click("a").bytes().length));

    assertThat(ClickReader.read(atLimit, NOON)).isInstanceOf(ReadResult.Accepted.class);
    assertThat(rejected(ClickReader.read(overLimit, NOON)).faults())
        .containsExactly(
            new Fault(
                RejectionReason.TOO_LARGE,
                null,
                "the record must have at most 65536 bytes, had 65537"));
  }

  @Test
  void takesARecordWithoutAValueForEmpty() {
    assertThat(rejected(ClickReader.read(null, NOON)).first().reason())
        .isEqualTo(RejectionReason.EMPTY);
  }

  @ParameterizedTest
  @CsvSource({
    "an overlong slash, c0af",
    "a surrogate in three bytes, eda080",
    "beyond the last code point, f4908080",
    "a lone continuation, 80",
    "a sequence cut off, c3"
  })
  void refusesWhatIsNotUtf8(String name, String hex) {
    byte[] text = bytes(click("a").userId("_").text());
    byte[] bad = HexFormat.of().parseHex(hex);
    int at = new String(text, StandardCharsets.ISO_8859_1).indexOf("\"_\"") + 1;
    byte[] record = new byte[text.length - 1 + bad.length];
    System.arraycopy(text, 0, record, 0, at);
    System.arraycopy(bad, 0, record, at, bad.length);
    System.arraycopy(text, at + 1, record, at + bad.length, text.length - at - 1);

    assertThat(rejected(ClickReader.read(record, NOON)).faults())
        .containsExactly(
            new Fault(
                RejectionReason.UNREADABLE_JSON,
                null,
                "the record must be JSON in UTF-8, was not at byte " + at));
  }

  @Test
  void refusesUtf16() {
    byte[] bigEndian = click("a").text().getBytes(StandardCharsets.UTF_16BE);
    byte[] littleEndian = click("a").text().getBytes(StandardCharsets.UTF_16LE);
    byte[] marked = click("a").text().getBytes(StandardCharsets.UTF_16);

    for (byte[] record : List.of(bigEndian, littleEndian, marked)) {
      assertThat(rejected(ClickReader.read(record, NOON)).first().reason())
          .isEqualTo(RejectionReason.UNREADABLE_JSON);
    }
  }

  @Test
  void holdsTimesAgainstReceivedAtBeforeTheKafkaTimestamp() {
    Instant longAgo = NOON.minus(Duration.ofDays(400));
    ClickJson click = click("a").clickedAt(longAgo);

    ReadResult alone = ClickReader.read(click.bytes(), NOON);
    ReadResult received =
        ClickReader.read(click.with("received_at", "\"" + longAgo + "\"").bytes(), NOON);

    assertThat(rejected(alone).first().reason()).isEqualTo(RejectionReason.TOO_EARLY);
    assertThat(accepted(received).receivedAt()).isEqualTo(longAgo);
  }

  @Test
  void letsNoReceivedAtMoveAClickIntoTheFuture() {
    Instant nextYear = NOON.plus(Duration.ofDays(400));
    ClickJson click =
        click("a").clickedAt(nextYear).with("received_at", Long.toString(nextYear.toEpochMilli()));

    assertThat(rejected(ClickReader.read(click.bytes(), NOON)).faults())
        .extracting(Fault::field, Fault::reason)
        .containsExactly(tuple("received_at", RejectionReason.TOO_LATE));
  }

  @Test
  void stampsAPostedClickToTheMillisecond() {
    Instant now = NOON.plusNanos(123_456_789);

    Click click = accepted(ClickReader.readPosted(click("a").bytes(), now, Source.S2S));

    assertThat(click)
        .isEqualTo(Clicks.click("a").receivedAt(NOON.plusMillis(123)).source(Source.S2S).build());
  }

  @Test
  void refusesPostedTimesThatLandingWouldRejectByMicroseconds() {
    Instant now = NOON.plusNanos(999_999);
    String clickedAt = NOON.plusNanos(999_000).plus(Duration.ofMinutes(5)).toString();
    ClickJson click = click("a").withText("clicked_at", clickedAt);

    ReadResult reading = ClickReader.readPosted(click.bytes(), now, Source.S2S);

    assertThat(rejected(reading).first().reason()).isEqualTo(RejectionReason.TOO_LATE);
  }

  @Test
  void readsAnArrayElementByElement() {
    String body =
        "[" + click("a").text() + ", 17, [1, [2]], " + click("b").without("ad_id").text() + "]";

    List<ReadResult> results =
        ClickReader.readPostedJson(bytes(body), NOON, Source.S2S, Clicks.MAX_IN_A_BODY).results();

    assertThat(results).hasSize(4);
    assertThat(accepted(results.get(0)).clickId()).isEqualTo(Clicks.clickId("a"));
    assertThat(rejected(results.get(1)).first().reason()).isEqualTo(RejectionReason.NOT_AN_OBJECT);
    assertThat(rejected(results.get(2)).first().reason()).isEqualTo(RejectionReason.NOT_AN_OBJECT);
    assertThat(rejected(results.get(3)).first().field()).isEqualTo("ad_id");
  }

  @Test
  void readsABodyThatIsOneObject() {
    assertThat(
            ClickReader.readPostedJson(click("a").bytes(), NOON, Source.S2S, Clicks.MAX_IN_A_BODY)
                .results())
        .containsExactly(ClickReader.readPosted(click("a").bytes(), NOON, Source.S2S));
  }

  @Test
  void endsAnArrayWhereItStopsBeingJson() {
    String body = "[" + click("a").text() + "," + click("b").text() + ",{\"click_id\":}]";

    List<ReadResult> results =
        ClickReader.readPostedJson(bytes(body), NOON, Source.S2S, Clicks.MAX_IN_A_BODY).results();

    assertThat(results).hasSize(3);
    assertThat(rejected(results.get(2)).first().reason())
        .isEqualTo(RejectionReason.UNREADABLE_JSON);
  }

  @Test
  void refusesAnythingAfterAnArray() {
    List<ReadResult> results =
        ClickReader.readPostedJson(
                bytes("[" + click("a").text() + "] 1"), NOON, Source.S2S, Clicks.MAX_IN_A_BODY)
            .results();

    assertThat(results).hasSize(2);
    assertThat(rejected(results.get(1)).first().reason())
        .isEqualTo(RejectionReason.UNREADABLE_JSON);
  }

  @Test
  void refusesAnElementOverTheLimitAndReadsTheNext() {
    String large = click("a").text().replace("{", "{" + " ".repeat(65_536));

    List<ReadResult> results =
        ClickReader.readPostedJson(
                bytes("[" + large + "," + click("b").text() + "]"),
                NOON,
                Source.S2S,
                Clicks.MAX_IN_A_BODY)
            .results();

    assertThat(rejected(results.get(0)).first().reason()).isEqualTo(RejectionReason.TOO_LARGE);
    assertThat(results.get(1)).isInstanceOf(ReadResult.Accepted.class);
  }

  @Test
  void readsNoClickOutOfAnEmptyArray() {
    assertThat(
            ClickReader.readPostedJson(bytes(" [ ] "), NOON, Source.S2S, Clicks.MAX_IN_A_BODY)
                .results())
        .isEmpty();
  }

  @Test
  void readsLinesAndSkipsBlankOnes() {
    String body = click("a").text() + "\r\n\n  \nnonsense\n" + click("b").text();

    List<ReadResult> results =
        ClickReader.readPostedLines(bytes(body), NOON, Source.S2S, Clicks.MAX_IN_A_BODY).results();

    assertThat(results).hasSize(3);
    assertThat(accepted(results.get(0)).clickId()).isEqualTo(Clicks.clickId("a"));
    assertThat(rejected(results.get(1)).first().reason())
        .isEqualTo(RejectionReason.UNREADABLE_JSON);
    assertThat(accepted(results.get(2)).clickId()).isEqualTo(Clicks.clickId("b"));
  }

  @Test
  void keepsABadClickUrlAside() {
    for (String bad :
        List.of(
            "example.com/shoes",
            "javascript:alert(1)",
            "https:///shoes",
            "https://example.com/red shoes",
            "https://example.com/" + "a".repeat(2_029))) {
      Click click = accepted(ClickReader.read(click("a").withText("click_url", bad).bytes(), NOON));

      assertThat(click.clickUrl()).isNull();
      assertThat(click.otherFields())
          .containsEntry(
              "click_url_as_sent", JsonText.quoted(bad.substring(0, Math.min(bad.length(), 256))))
          .containsKey("input_faults");
    }
  }

  @Test
  void keepsNoPasswordOfABadClickUrl() {
    Click click =
        accepted(
            ClickReader.read(
                click("a").withText("click_url", "https://jane:secret@example.com/").bytes(),
                NOON));

    assertThat(click.otherFields())
        .containsEntry("click_url_as_sent", "\"https://example.com/\"")
        .containsEntry("input_faults", "{\"click_url\":\"MALFORMED\"}");
  }

  @Test
  void readsBehindAByteOrderMark() {
    byte[] marked = bytes("\ufeff" + click("a").text());
    byte[] array = bytes("\ufeff[" + click("a").text() + "]");

    Click click = accepted(ClickReader.read(click("a").bytes(), NOON));

    assertThat(accepted(ClickReader.read(marked, NOON))).isEqualTo(click);
    for (byte[] body : List.of(marked, array)) {
      assertThat(ClickReader.readPostedJson(body, NOON, Source.S2S, Clicks.MAX_IN_A_BODY).results())
          .hasSize(1)
          .allMatch(ReadResult.Accepted.class::isInstance);
    }
  }

  @Test
  void saysTheSameInEveryLocale() {
    Locale usual = Locale.getDefault();
    List<ReadResult> expected = table();

    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(table()).isEqualTo(expected);
    } finally {
      Locale.setDefault(usual);
    }
  }

  private static List<ReadResult> table() {
    return MalformedClicks.at(NOON).stream()
        .map(malformed -> ClickReader.read(malformed.bytes(), NOON))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Click accepted(ReadResult reading) {
    assertThat(reading).isInstanceOf(ReadResult.Accepted.class);
    return ((ReadResult.Accepted) reading).click();
  }

  private static ReadResult.Rejected rejected(ReadResult reading) {
    assertThat(reading).isInstanceOf(ReadResult.Rejected.class);
    return (ReadResult.Rejected) reading;
  }
}
