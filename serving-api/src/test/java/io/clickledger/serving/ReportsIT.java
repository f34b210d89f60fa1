package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.serving.lake.Lake;
import io.clickledger.serving.lake.Oracle;
import io.clickledger.serving.lake.Oracle.Expected;
import io.clickledger.serving.lake.Oracle.Question;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportsIT {

  private static final List<String> SUMS =
      List.of(
          "gross_clicks",
          "duplicate_clicks",
          "general_invalid_clicks",
          "sophisticated_invalid_clicks",
          "valid_clicks",
          "cost_micros");

  /** These tests are on what Trino answers; WindowIT is on the window. */
  static final String NO_WINDOW = "window.mebibytes=0";

  private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);

  private static final String SOME_DAYS =
      "/v1/reports/clicks?from=2026-10-24&to=2026-11-02&granularity=day";

  private Lake lake;
  private Api api;

  @BeforeAll
  void start() {
    lake = Lake.shared();
    api = Api.start(lake.url(), Lake.NOW, lake.metadataAnd("reports.pin-age=0ms", NO_WINDOW));
  }

  @AfterAll
  void stop() {
    api.close();
  }

  static List<String> zonesAndGranularities() {
    return List.of(
        "UTC total",
        "UTC day",
        "UTC hour",
        "UTC minute",
        "Europe/Berlin day",
        "Europe/Berlin hour",
        "America/St_Johns hour",
        "America/St_Johns day",
        "Asia/Kathmandu hour",
        "Asia/Kathmandu day",
        "Australia/Lord_Howe hour",
        "Australia/Lord_Howe day",
        "Asia/Kolkata minute",
        "Africa/Abidjan day");
  }

  @ParameterizedTest
  @MethodSource("zonesAndGranularities")
  void countsAsTheOracleDoes(String zoneAndGranularity) {
    String[] words = zoneAndGranularity.split(" ");
    Random random = new Random(zoneAndGranularity.hashCode());

    for (int i = 0; i < 2; i++) {
      Question question = question(words[0], words[1], random);
      checkAgainst(lake.oracle(), question);
    }
  }

  @Test
  void countsALocalDayAcrossTheSeamOnce() {
    Question question =
        new Question(
            Instant.parse("2026-10-28T23:00:00Z"),
            Instant.parse("2026-10-30T23:00:00Z"),
            "day",
            "Europe/Berlin",
            List.of("currency"),
            Map.of());

    Map<List<String>, Expected> rows = checkAgainst(lake.oracle(), question);

    assertThat(rows.values()).extracting(Expected::basis).contains("mixed", "final");
  }

  @Test
  void takesCommasAndRepeatsForTheSameFilter() {
    String groups =
        SOME_DAYS.replace("=day", "=total") + "&group_by=campaign_id&measures=gross_clicks";

    JsonNode repeated = api.json(groups + "&campaign_id=camp-1&campaign_id=camp-3").path("rows");
    JsonNode all = api.json(groups + "&not_campaign_id=camp-2&not_campaign_id=").path("rows");

    assertThat(repeated).hasSize(2);
    assertThat(api.json(groups + "&campaign_id=camp-3,camp-1").path("rows")).isEqualTo(repeated);
    assertThat(all).isEqualTo(repeated);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "campaign_id=camp%201",
        "geo_country=de",
        "device_type=phone",
        "campaign_id=%20",
        "campaign_id=camp-1%00",
        "not_campaign_id=camp-1%27--",
        "campaign_id=camp-1,",
        "campaign_id=100%25",
        "publisher_id=",
      })
  void refusesByNameWhatNoRowHas(String filter) {
    HttpResponse<String> answer = api.get(SOME_DAYS + "&" + filter);

    assertThat(answer.statusCode()).as(filter + answer.body()).isEqualTo(400);
    assertThat(Api.json(answer).path("errors"))
        .extracting(error -> error.path("parameter").asText())
        .containsExactly(filter.substring(0, filter.indexOf('=')));
  }

  @Test
  void addsUpAllRowsWhateverTheLimit() {
    String path = SOME_DAYS + "&group_by=campaign_id";
    Map<String, Long> sums = new TreeMap<>();
    for (JsonNode row : api.json(path).path("rows")) {
      sums.merge(row.path("currency").asText(), row.path("cost_micros").asLong(), Long::sum);
    }

    JsonNode answer = api.json(path + "&totals=true&limit=1&not_campaign_id=camp-9");

    assertThat(answer.path("rows")).hasSize(1);
    Map<String, Long> totals = new TreeMap<>();
    for (JsonNode row : answer.path("totals")) {
      totals.put(row.path("currency").asText(), row.path("cost_micros").asLong());
    }
    assertThat(totals).isEqualTo(sums);
    assertThat(api.get(path + "&totals=true&format=csv").statusCode()).isEqualTo(400);
  }

  @Test
  void refusesDaysThatTrinoMightNotKnow() {
    HttpResponse<String> answer = api.get("/v1/restatements?from=%2B12345-01-01&to=%2B12345-01-02");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Api.json(answer).path("errors"))
        .extracting(error -> error.path("parameter").asText())
        .containsExactly("from", "to");
  }

  @Test
  void saysRestatedForDaysThatAreAndForNoOther() {
    JsonNode answer = api.json(SOME_DAYS);

    Map<String, String> finality = new TreeMap<>();
    answer
        .path("rows")
        .forEach(
            row ->
                finality.put(
                    row.path("start").asText().substring(0, 10), row.path("finality").asText()));
    assertThat(finality)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "2026-10-24", "final",
                "2026-10-25", "restated",
                "2026-10-29", "final",
                "2026-10-30", "provisional",
                "2026-10-31", "provisional",
                "2026-11-01", "provisional"));
  }

  @Test
  void saysByHowMuchTheNewestRevisionMovedWhatIsAskedFor() {
    JsonNode all = api.json(SOME_DAYS);
    JsonNode euros = api.json(SOME_DAYS + "&currency=EUR&measures=valid_clicks");
    JsonNode others = api.json(SOME_DAYS + "&advertiser_id=adv-2");

    assertThat(all.path("restatements").toString())
        .isEqualTo(
            "[{\"day\":\"2026-10-25\",\"revision\":2,\"causes\":[\"LATE_CLICKS\",\"RULES\"],"
                + "\"change\":{\"gross_clicks\":4,\"duplicate_clicks\":0,"
                + "\"general_invalid_clicks\":0,\"sophisticated_invalid_clicks\":0,"
                + "\"valid_clicks\":1},\"cost_change\":[{\"currency\":\"EUR\",\"cost_micros\":500},"
                + "{\"currency\":\"USD\",\"cost_micros\":-7}]}]");
    assertThat(euros.path("restatements").path(0).path("change").toString())
        .isEqualTo("{\"valid_clicks\":2}");
    assertThat(euros.path("restatements").path(0).path("cost_change")).isEmpty();
    assertThat(others.path("restatements").path(0).path("change").path("gross_clicks").asInt(-1))
        .isZero();
    assertThat(others.path("restatements").path(0).path("cost_change")).isEmpty();
    assertThat(others.path("restatements").path(0).path("causes")).isEmpty();
    // No row is left of what moved away.
    JsonNode gone = api.json("/v1/reports/clicks?from=2026-10-25&to=2026-10-26&ad_id=ad-moved");
    assertThat(gone.path("rows")).isEmpty();
    assertThat(gone.path("restatements")).hasSize(1);
  }

  @Test
  void listsEveryRevisionOfADayWithItsPublication() {
    String days = "/v1/restatements?from=2026-10-25&to=2026-10-26";

    JsonNode all = api.json(days).path("restatements");

    assertThat(all)
        .extracting(
            row ->
                row.path("day").asText()
                    + row.path("revision")
                    + row.path("currency").asText()
                    + row.path("change").path("gross_clicks")
                    + row.path("change").path("cost_micros"))
        .containsExactly("2026-10-251EUR504000", "2026-10-252EUR3500", "2026-10-252USD1-7");
    assertThat(all.path(0).path("publication_id").asLong()).isEqualTo(1);
    assertThat(all.path(0).path("published_at").asText()).isEqualTo("2026-10-30T02:00:00.000000Z");
    assertThat(all.path(0).path("causes").toString()).isEqualTo("[\"LATE_CLICKS\",\"RULES\"]");
    assertThat(api.json(days + "&advertiser_id=adv-2").path("restatements")).isEmpty();
    assertThat(api.json(days.replace("to=2026-10-26", "to=2026-11-01")).path("restatements"))
        .hasSize(3);
    assertThat(api.json("/v1/restatements?from=2026-10-26&to=2026-11-01").path("restatements"))
        .isEmpty();
  }

  @Test
  void namesAllThatIsWrongWithARequestForRestatements() {
    JsonNode problem = Api.json(api.get("/v1/restatements?from=yesterday&day=2026-10-25"));

    assertThat(problem.path("detail").asText())
        .contains("day is no parameter of this report; allowed: from, to, advertiser_id")
        .contains("from must be a day as YYYY-MM-DD from 2023-01-01 to 2100-01-01, was yester")
        .contains("to is missing");
  }

  @Test
  void saysOpenForWhatALaterNightMayStillChange() {
    Map<String, String> open = new TreeMap<>();
    api.json(SOME_DAYS)
        .path("rows")
        .forEach(
            row ->
                open.put(
                    row.path("start").asText().substring(0, 10),
                    row.path("open").asText() + " " + row.path("revision").asInt(-1)));

    assertThat(open)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "2026-10-24", "false 0",
                "2026-10-25", "true 2",
                "2026-10-29", "true 0",
                "2026-10-30", "true 0",
                "2026-10-31", "true 0",
                "2026-11-01", "true 0"));
  }

  @Test
  void readsOnlyLiveBeforeTheFirstPublication() throws SQLException {
    Question question =
        new Question(
            Instant.parse("2026-10-24T22:00:00Z"),
            Lake.NOW,
            "day",
            "Europe/Berlin",
            List.of("campaign_id", "currency"),
            Map.of());
    List<String> undo = lake.unpublish();
    try {
      JsonNode answer = checked(lake.liveOracle(), question);

      assertThat(answer.path("through").isNull()).isTrue();
      assertThat(answer.path("publication_id").isNull()).isTrue();
      assertThat(answer.path("pending_late_clicks").asLong()).isZero();
      assertThat(answer.path("snapshot_ids").size()).isEqualTo(1);
      assertThat(publishedThrough(api)).isZero();
    } finally {
      lake.execute(undo.toArray(String[]::new));
    }
  }

  @Test
  void saysWhatTheAnswerIsWorth() throws SQLException {
    JsonNode answer = api.json(SOME_DAYS);

    assertThat(answer.path("as_of").asText()).isEqualTo(Lake.NOW.toString());
    assertThat(answer.path("through").asText()).isEqualTo(Lake.THROUGH.toString());
    assertThat(answer.path("publication_id").asLong()).isEqualTo(1);
    assertThat(answer.at("/snapshot_ids/live.clicks_by_minute").asText())
        .isEqualTo(String.valueOf(lake.snapshotId(LiveClicksByMinute.TABLE)));
    assertThat(Instant.parse(answer.at("/freshness/landed_through").asText()))
        .isEqualTo(lake.oracle().landedThrough());
    assertThat(answer.path("pending_late_clicks").asLong())
        .isEqualTo(lake.oracle().pendingLateClicks(Lake.LANDED_THROUGH))
        .isPositive();
    assertThat(api.json("/v1/freshness").path("pending_late_clicks"))
        .isEqualTo(answer.path("pending_late_clicks"));
  }

  @Test
  void showsALateClickAsWaitingAndANewOneAsCounted() throws SQLException {
    String today = "/v1/reports/clicks?from=2026-11-01&to=2026-11-02&measures=gross_clicks";
    JsonNode before = api.json(today);

    lake.landOneMoreClick(Lake.THROUGH.minusSeconds(60), Lake.NOW.plusSeconds(5));
    lake.landOneMoreClick(Lake.NOW.minusSeconds(60), Lake.NOW.plusSeconds(10));

    JsonNode after = api.json(today);
    assertThat(after.at("/rows/0/gross_clicks").asLong())
        .isEqualTo(before.at("/rows/0/gross_clicks").asLong() + 1);
    assertThat(after.path("pending_late_clicks").asLong())
        .isEqualTo(before.path("pending_late_clicks").asLong() + 1);
    assertThat(after.at("/freshness/seconds_behind").asLong()).isZero();
  }

  @Test
  void estimatesUniqueUsersFromTheSketchesOfBothSides() {
    Question question =
        new Question(
            Instant.parse("2026-10-24T00:00:00Z"),
            Instant.parse("2026-11-02T00:00:00Z"),
            "total",
            "UTC",
            List.of("publisher_id"),
            Map.of());
    Map<List<String>, Expected> expected = lake.oracle().rows(question);

    JsonNode answer = api.json(path(question) + "&measures=unique_users,valid_clicks");

    assertThat(answer.path("rows")).hasSize(2);
    for (JsonNode row : answer.path("rows")) {
      Expected wanted =
          expected.get(List.of(row.path("start").asText(), row.path("publisher_id").asText()));
      assertThat(row.path("valid_clicks").asLong())
          .isEqualTo(wanted.measures().get("valid_clicks"));
      assertThat(row.path("unique_users").asDouble())
          .isCloseTo(wanted.users(), within(wanted.users() * 0.05));
      assertThat(row.path("basis").asText()).isEqualTo("mixed");
    }
  }

  @Test
  void neverSumsCostAcrossCurrencies() {
    JsonNode costs = api.json(SOME_DAYS.replace("day", "total") + "&measures=cost_micros");
    JsonNode clicks = api.json(SOME_DAYS.replace("day", "total") + "&measures=valid_clicks");

    assertThat(costs.path("rows"))
        .extracting(row -> row.path("currency").asText())
        .containsExactly("EUR", "USD", "null");
    assertThat(clicks.path("rows")).hasSize(1);
    assertThat(clicks.at("/rows/0").has("currency")).isFalse();
  }

  @Test
  void ordersByAMeasureAndSaysThatTheLimitLeftRowsOff() {
    JsonNode answer =
        api.json(
            SOME_DAYS.replace("day", "total")
                + "&group_by=ad_id&measures=gross_clicks&order_by=-gross_clicks&limit=2");

    assertThat(answer.path("truncated").asBoolean()).isTrue();
    assertThat(answer.path("rows")).hasSize(2);
    assertThat(answer.at("/rows/0/gross_clicks").asLong())
        .isGreaterThanOrEqualTo(answer.at("/rows/1/gross_clicks").asLong());
  }

  @Test
  void refusesAReportOfTooManyRowsUnlessTheFirstAreEnough() {
    try (Api small = Api.start(lake.url(), Lake.NOW, "reports.max-rows=5", NO_WINDOW)) {
      String report = SOME_DAYS + "&group_by=ad_id";

      assertThat(small.get(report).statusCode()).isEqualTo(422);
      assertThat(small.get(report).body()).contains("too-many-rows", "more than 5 rows");
      assertThat(small.get(report + "&limit=5").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void refusesToMergeTooManySketches() {
    try (Api small = Api.start(lake.url(), Lake.NOW, "reports.max-sketches=5", NO_WINDOW)) {
      assertThat(small.get(SOME_DAYS + "&measures=unique_users").body())
          .contains("too-many-sketches");
    }
  }

  @Test
  void asksTrinoOnceForTheSameReportAskedAtOnce() {
    try (Api fresh = Api.start(lake.url(), Lake.NOW, NO_WINDOW)) {
      List<CompletableFuture<JsonNode>> answers =
          IntStream.range(0, 20).mapToObj(i -> fresh.ask(SOME_DAYS)).toList();

      assertThat(answers.stream().map(CompletableFuture::join).distinct()).hasSize(1);
      assertThat(fresh.get("/metrics").body())
          .contains(
              "clickledger_trino_query_seconds_count{outcome=\"answered\",query=\"clicks\"} 1")
          .contains("clickledger_trino_query_seconds_count{outcome=\"answered\",query=\"pin\"} 1");
    }
  }

  @Test
  void answersAFinalReportFromMemoryThoughLiveMovedOn() throws SQLException {
    try (Api fresh = Api.start(lake.url(), Lake.NOW, "reports.pin-age=0ms", NO_WINDOW)) {
      String settled = "/v1/reports/clicks?from=2026-10-24&to=2026-10-30&granularity=hour";
      JsonNode before = fresh.json(settled);

      lake.landOneMoreClick(Lake.NOW.minusSeconds(120), Lake.NOW.plusSeconds(20));
      JsonNode after = fresh.json(settled);

      assertThat(after.path("rows")).isEqualTo(before.path("rows"));
      assertThat(after.at("/snapshot_ids/live.clicks_by_minute"))
          .isNotEqualTo(before.at("/snapshot_ids/live.clicks_by_minute"));
      assertThat(fresh.get("/metrics").body())
          .contains(
              "clickledger_trino_query_seconds_count{outcome=\"answered\",query=\"clicks\"} 1");
    }
  }

  @Test
  void writesCsvThatNoSpreadsheetRuns() {
    String report = SOME_DAYS + "&group_by=device_type&measures=gross_clicks";

    var answer = api.get(report, "Accept", "text/csv");

    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
    assertThat(answer.headers().firstValue("Clickledger-Through"))
        .contains(Lake.THROUGH.toString());
    assertThat(answer.body().split("\r\n"))
        .startsWith("start,end,device_type,gross_clicks,finality,basis,revision,open")
        .anyMatch(line -> line.contains(",'=1+1,"))
        .anyMatch(line -> line.matches("[^,]+,[^,]+,,[0-9]+,final,final,0,(true|false)"))
        .hasSize(1 + api.json(report).path("rows").size());
    assertThat(api.get(report + "&format=csv").body()).isEqualTo(answer.body());
  }

  @Test
  void isReadyWhereTheTablesAreAndOneReportWasAnswered() {
    try (Api started = Api.start(lake.url(), Lake.NOW, NO_WINDOW)) {
      awaitReady(started);
      assertThat(started.get("/ready").body()).contains("\"report\":\"ready\"");

      assertThat(started.get("/metrics").body())
          .contains(
              "clickledger_trino_query_seconds_count{outcome=\"answered\",query=\"clicks\"} 1");
    }
  }

  @Test
  void namesWhatIsGroupedByBesideItsId() {
    String report =
        SOME_DAYS.replace("day", "total")
            + "&group_by=advertiser_id,campaign_id,ad_id,publisher_id,device_type"
            + "&measures=gross_clicks";
    try (Api named = Api.start(lake.url(), Lake.NOW, lake.metadata())) {
      awaitNames(named);

      JsonNode rows = named.json(report + "&names=true").path("rows");
      List<String> fields = new ArrayList<>();
      rows.path(0).fieldNames().forEachRemaining(fields::add);
      assertThat(fields.subList(2, 11))
          .containsExactly(
              "advertiser_id",
              "advertiser_name",
              "campaign_id",
              "campaign_name",
              "ad_id",
              "ad_name",
              "publisher_id",
              "publisher_name",
              "device_type");
      assertThat(rows)
          .extracting(ReportsIT::idsAndNames)
          .contains(
              "adv-1 Brasserie du Marais, camp-1 <img src=x onerror=alert(1)>, ad-1 Banner, pub-0 News",
              "adv-2 Outfitters, camp-3 Winter, ad-3 Boots, pub-1 null",
              "null null, null null, ad-4 null, pub-0 News");
      assertThat(rows).isNotEmpty().hasSize(named.json(report).path("rows").size());
      assertThat(named.get(report).body()).doesNotContain("_name");
    }
  }

  private static String idsAndNames(JsonNode row) {
    return Stream.of("advertiser", "campaign", "ad", "publisher")
        .map(kind -> row.path(kind + "_id").asText() + " " + row.path(kind + "_name").asText())
        .collect(Collectors.joining(", "));
  }

  @Test
  void writesNamesToCsvThatNoSpreadsheetRuns() {
    try (Api named = Api.start(lake.url(), Lake.NOW, lake.metadata())) {
      awaitNames(named);

      String csv =
          named
              .get(
                  SOME_DAYS.replace("day", "total")
                      + "&group_by=campaign_id,ad_id&measures=gross_clicks&names=true&format=csv")
              .body();

      assertThat(csv.split("\r\n"))
          .startsWith(
              "start,end,campaign_id,campaign_name,ad_id,ad_name,gross_clicks,finality,basis,revision,open")
          .anyMatch(line -> line.contains(",camp-1,<img src=x onerror=alert(1)>,ad-1,Banner,"))
          .anyMatch(
              line ->
                  line.contains(
                      ",camp-2,\"'=HYPERLINK(\"\"https://x.example\"\", \"\"Menu\"\")\",ad-2,'@home,"))
          .anyMatch(line -> line.contains(",,,ad-4,,"));
    }
  }

  @Test
  void answersWithoutNamesWhereTheMetadataStoreIsAway() {
    // Nothing listens on port 1.
    try (Api alone =
        Api.start(lake.url(), Lake.NOW, "metadata.uri=jdbc:postgresql://127.0.0.1:1/clickledger")) {
      JsonNode rows = alone.json(SOME_DAYS + "&group_by=campaign_id&names=true").path("rows");

      assertThat(rows).isNotEmpty().allMatch(row -> row.path("campaign_name").isNull());
      assertThat(alone.get("/metrics").body()).contains("clickledger_names_age_seconds ");
    }
  }

  @Test
  void tellsPrometheusThroughWhenNumbersAreFinalThoughNobodyAsks() {
    try (Api unasked = Api.start(lake.url(), Lake.NOW, NO_WINDOW)) {
      Instant deadline = Instant.now().plus(READY_TIMEOUT);
      double through = publishedThrough(unasked);
      while (Double.isNaN(through)) {
        assertThat(Instant.now()).isBefore(deadline);
        through = publishedThrough(unasked);
      }

      assertThat(through).isEqualTo(Lake.THROUGH.getEpochSecond());
    }
  }

  private static double publishedThrough(Api api) {
    return api.get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("clickledger_published_through_seconds "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitNames(Api api) {
    Instant deadline = Instant.now().plus(READY_TIMEOUT);
    String report = SOME_DAYS + "&group_by=ad_id&ad_id=ad-1&names=true";
    while (api.json(report).at("/rows/0/ad_name").isNull()) {
      assertThat(Instant.now()).as("names were read").isBefore(deadline);
    }
  }

  /** Asks until the answer is yes: the first report may take longer than one answer waits. */
  static void awaitReady(Api api) {
    Instant deadline = Instant.now().plus(READY_TIMEOUT);
    while (api.get("/ready").statusCode() != 200) {
      assertThat(Instant.now()).as(api.get("/ready").body()).isBefore(deadline);
    }
  }

  private Map<List<String>, Expected> checkAgainst(Oracle oracle, Question question) {
    Map<List<String>, Expected> expected = oracle.rows(question);
    checked(oracle, question);
    return expected;
  }

  private JsonNode checked(Oracle oracle, Question question) {
    return checked(api, oracle, question);
  }

  static JsonNode checked(Api api, Oracle oracle, Question question) {
    Map<List<String>, Expected> expected = oracle.rows(question);
    JsonNode answer = api.json(path(question));
    Map<List<String>, JsonNode> rows = new HashMap<>();
    for (JsonNode row : answer.path("rows")) {
      List<String> key = new ArrayList<>();
      key.add(row.path("start").asText());
      question.groupBy().forEach(name -> key.add(row.path(name).textValue()));
      assertThat(rows.put(key, row)).as("row %s of %s", key, path(question)).isNull();
    }
    assertThat(rows.keySet()).as(path(question)).isEqualTo(expected.keySet());
    expected.forEach(
        (key, wanted) -> {
          JsonNode row = rows.get(key);
          Map<String, Long> sums = new HashMap<>();
          SUMS.forEach(name -> sums.put(name, row.path(name).asLong(-1)));
          assertThat(sums).as("%s of %s", key, path(question)).isEqualTo(wanted.measures());
          assertThat(row.path("basis").asText()).as("basis of " + key).isEqualTo(wanted.basis());
          assertThat(row.path("finality").asText())
              .as("finality of %s of %s", key, path(question))
              .isEqualTo(wanted.finality());
        });
    return answer;
  }

  static Question question(String zone, String granularity, Random random) {
    List<Instant> centres =
        List.of(
            Instant.parse("2026-10-03T16:00:00Z"),
            Instant.parse("2026-10-25T01:00:00Z"),
            Lake.THROUGH,
            Instant.parse("2026-11-01T06:00:00Z"));
    Instant centre = centres.get(random.nextInt(centres.size()));
    boolean isMinute = granularity.equals("minute");
    Duration unit = Duration.ofMinutes(isMinute ? 1 : 15);
    Instant from = centre.minus(unit.multipliedBy(1 + random.nextInt(isMinute ? 200 : 96)));
    Instant to = centre.plus(unit.multipliedBy(1 + random.nextInt(isMinute ? 200 : 96)));
    if (random.nextBoolean() && !isMinute) {
      // Whole days of the zone.
      ZoneId id = ZoneId.of(zone);
      LocalDate day = from.atZone(id).toLocalDate();
      from = day.atStartOfDay(id).toInstant();
      to = day.plusDays(1 + random.nextInt(5)).atStartOfDay(id).toInstant();
    }
    List<String> dimensions =
        new ArrayList<>(
            List.of("advertiser_id", "campaign_id", "ad_id", "geo_country", "device_type"));
    Collections.shuffle(dimensions, random);
    List<String> groupBy = new ArrayList<>(dimensions.subList(0, random.nextInt(3)));
    groupBy.add("currency");
    Map<String, List<String>> filters = new TreeMap<>();
    if (random.nextInt(3) == 0) {
      filters.put("geo_country", List.of("DE", ""));
    }
    if (random.nextInt(3) == 0) {
      filters.put("campaign_id", List.of("camp-1", "camp-3"));
    }
    if (random.nextInt(3) == 0) {
      filters.put("not_geo_country", List.of(random.nextBoolean() ? "US" : ""));
    }
    if (random.nextInt(3) == 0) {
      filters.put("not_campaign_id", List.of("camp-1", "camp-9"));
    }
    return new Question(from, to, granularity, zone, groupBy, filters);
  }

  static String path(Question question) {
    StringBuilder path =
        new StringBuilder("/v1/reports/clicks?from=")
            .append(question.from())
            .append("&to=")
            .append(question.to())
            .append("&granularity=")
            .append(question.granularity())
            .append("&time_zone=")
            .append(question.zone());
    question.groupBy().forEach(name -> path.append("&group_by=").append(name));
    question
        .filters()
        .forEach(
            (name, values) ->
                values.forEach(
                    value ->
                        path.append('&')
                            .append(name)
                            .append('=')
                            .append(URLEncoder.encode(value, StandardCharsets.UTF_8))));
    return path.toString();
  }
}
