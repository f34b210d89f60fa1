package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.serving.lake.Lake;
import io.clickledger.serving.lake.Oracle;
import io.clickledger.serving.lake.Oracle.Question;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Answers out of memory equal those that Trino gives and those that are counted click by click. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WindowIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String[] CURRENT = {"reports.pin-age=0ms", "window.refresh=50ms"};

  /** Of all clicks of the lake, which are older than a window usually holds minutes. */
  private static final String MINUTES = "window.minutes=35d";

  private Lake lake;
  private Api windowed;
  private Api straight;

  /** After any landing of other tests. */
  private Instant landedAt = Lake.NOW.plus(Duration.ofDays(3));

  @BeforeAll
  void start() {
    lake = Lake.shared();
    windowed = Api.start(lake.url(), Lake.NOW, CURRENT[0], CURRENT[1], MINUTES);
    straight = Api.start(lake.url(), Lake.NOW, CURRENT[0], ReportsIT.NO_WINDOW);
    ReportsIT.awaitReady(windowed);
  }

  @AfterAll
  void stop() {
    windowed.close();
    straight.close();
  }

  @Test
  void countsAsTheOracleDoesAndAsTrinoDoesAcrossCommitsFoldingsAndPublications()
      throws SQLException {
    double full = loads("full");
    double asked = queries();
    checkAll(lake.oracle(), 1);

    land(Lake.NOW.minusSeconds(61), Lake.NOW.minusSeconds(3_000));
    land(Lake.THROUGH.minusSeconds(60), Lake.THROUGH.plusSeconds(60));
    checkAll(lake.oracle(), 2);

    lake.execute("ALTER TABLE live.clicks_by_minute EXECUTE optimize");
    land(Lake.NOW.minusSeconds(30));
    checkAll(lake.oracle(), 3);

    List<String> undo = lake.publishNextDay();
    try {
      land(Lake.NOW.minusSeconds(20));
      checkAll(lake.nextOracle(), 4);
      assertThat(loads("publication")).isEqualTo(1);
      assertThat(loads("full")).as("full loads").isEqualTo(full);
    } finally {
      lake.execute(undo.toArray(String[]::new));
    }
    checkAll(lake.oracle(), 5);

    assertThat(queries()).as("queries of reports that Trino answered").isEqualTo(asked);
  }

  @Test
  void readsAllAgainWhereRowsThatItHasWereChanged() throws SQLException {
    awaitCurrent();
    double full = loads("full");
    long before = lake.snapshotId(LiveClicksByMinute.TABLE);

    lake.execute("DELETE FROM live.clicks_by_minute WHERE ad_id = 'ad-1'");
    try {
      awaitCurrent();

      checkAgainstTrino(6);
      assertThat(loads("full")).isEqualTo(full + 1);
    } finally {
      lake.execute(
          "ALTER TABLE live.clicks_by_minute EXECUTE rollback_to_snapshot(" + before + ")");
    }
    awaitCurrent();
    checkAgainstTrino(7);
  }

  /** Else it would ask for a snapshot that is gone, each time that it looks. */
  @Test
  void followsAfterTheSnapshotThatItReadLastHasExpired() throws Exception {
    String today = "/v1/reports/clicks?from=2026-11-01&to=2026-11-02&measures=gross_clicks";
    try (Forwarder line = new Forwarder(lake.url());
        Api api =
            Api.start(line.url(), Lake.NOW, CURRENT[0], CURRENT[1], "trino.query-timeout=2s")) {
      ReportsIT.awaitReady(api);
      line.interrupt();
      List<String> undo = lake.publishNextDay();
      try {
        land(Lake.NOW.minusSeconds(15));
        lake.expireLiveSnapshots();
        String newest = ids(straight.json(today));

        line.restore();

        Instant deadline = Instant.now().plus(TIMEOUT);
        while (!ids(api.json(today)).equals(newest)) {
          assertThat(Instant.now()).as("the window follows").isBefore(deadline);
        }
        assertThat(api.json(today).path("rows")).isEqualTo(straight.json(today).path("rows"));
      } finally {
        lake.execute(undo.toArray(String[]::new));
      }
    }
    awaitCurrent();
  }

  @Test
  void asksTrinoForWhatItHasNoMemoryFor() {
    try (Api small =
        Api.start(
            lake.url(), Lake.NOW, CURRENT[0], CURRENT[1], "window.days=1", "window.minutes=1m")) {
      ReportsIT.awaitReady(small);
      Random random = new Random(8);
      for (String words : ReportsIT.zonesAndGranularities().subList(0, 6)) {
        String[] zoneAndGranularity = words.split(" ");
        ReportsIT.checked(
            small,
            lake.oracle(),
            ReportsIT.question(zoneAndGranularity[0], zoneAndGranularity[1], random));
      }
      assertThat(small.get("/metrics").body()).contains("outcome=\"answered\",query=\"clicks\"");
    }
  }

  @Test
  void answersAsOfThenAndSaysSoWhileTrinoIsAway() throws IOException {
    String today = "/v1/reports/clicks?from=2026-11-01&to=2026-11-02&granularity=hour";
    String older = "/v1/reports/clicks?from=2026-10-03&to=2026-10-04&granularity=hour";
    try (Forwarder line = new Forwarder(lake.url());
        Api api =
            Api.start(
                line.url(),
                Lake.NOW,
                CURRENT[0],
                CURRENT[1],
                "window.days=1",
                "window.stale-after=1s",
                "trino.query-timeout=2s")) {
      ReportsIT.awaitReady(api);
      JsonNode before = api.json(today);

      line.interrupt();

      JsonNode away = awaitStale(api, today, true);
      assertThat(away.path("rows")).isEqualTo(before.path("rows"));
      assertThat(away.path("snapshot_ids")).isEqualTo(before.path("snapshot_ids"));
      HttpResponse<String> refused = api.get(older);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();

      line.restore();

      assertThat(awaitStale(api, today, false).path("rows")).isEqualTo(before.path("rows"));
      assertThat(api.json(older).path("rows")).isNotEmpty();
    }
  }

  private static JsonNode awaitStale(Api api, String path, boolean isStale) {
    Instant deadline = Instant.now().plus(TIMEOUT);
    JsonNode answer = api.json(path);
    while (answer.path("stale").asBoolean() != isStale) {
      assertThat(Instant.now()).as(answer.path("as_of").asText()).isBefore(deadline);
      answer = api.json(path);
    }
    return answer;
  }

  @Test
  void saysNotModifiedUntilTheRowsAreOfOtherSnapshots() throws SQLException {
    awaitCurrent();
    String live = "/v1/reports/clicks?from=2026-11-01&to=2026-11-02";
    String settled = "/v1/reports/clicks?from=2026-10-24&to=2026-10-25";
    String open = "/v1/reports/clicks?from=2026-10-29&to=2026-10-30";
    String liveTag = tag(live);
    String settledTag = tag(settled);
    assertThat(windowed.get(live, "If-None-Match", liveTag).statusCode()).isEqualTo(304);
    assertThat(windowed.get(live, "If-None-Match", liveTag).body()).isEmpty();
    assertThat(windowed.get(live, "If-None-Match", liveTag.substring(2)).statusCode())
        .isEqualTo(304);

    land(Lake.NOW.minusSeconds(10));
    awaitCurrent();

    assertThat(windowed.get(live, "If-None-Match", liveTag).statusCode()).isEqualTo(200);
    assertThat(windowed.get(settled, "If-None-Match", settledTag).statusCode()).isEqualTo(304);
    assertThat(tag(live + "&format=csv")).isNotEqualTo(tag(live));
    assertThat(cacheControl(live)).isEqualTo("private, no-cache");
    assertThat(cacheControl(settled)).isEqualTo("private, max-age=86400");
    assertThat(cacheControl(open)).isEqualTo("private, max-age=60");
  }

  private String tag(String path) {
    return windowed.get(path).headers().firstValue("ETag").orElseThrow();
  }

  private String cacheControl(String path) {
    return windowed.get(path).headers().firstValue("Cache-Control").orElseThrow();
  }

  @Test
  void refusesWhatWouldReadTooManyQuarterHoursAndSaysWhatToNarrow() {
    String days = "/v1/reports/clicks?from=2023-01-02&to=2026-10-30&granularity=day";

    HttpResponse<String> local = straight.get(days + "&time_zone=Europe/Berlin");

    assertThat(local.statusCode()).isEqualTo(400);
    assertThat(local.body()).contains("report-too-costly", "at most 400", "whole UTC days");
    assertThat(straight.get(days).statusCode()).isEqualTo(200);
  }

  private void land(Instant... at) throws SQLException {
    for (Instant each : at) {
      landedAt = landedAt.plusSeconds(3);
      lake.landOneMoreClick(each, landedAt);
    }
  }

  private void checkAll(Oracle oracle, int seed) throws SQLException {
    awaitCurrent();
    Random random = new Random(seed);
    List<String> kinds = ReportsIT.zonesAndGranularities();
    for (int i = 0; i < 30 * kinds.size(); i++) {
      String[] words = kinds.get(i % kinds.size()).split(" ");
      ReportsIT.checked(windowed, oracle, ReportsIT.question(words[0], words[1], random));
    }
    checkAgainstTrino(seed);
  }

  /** Whole answers: the order of rows, limits, unique users, restatements, freshness. */
  private void checkAgainstTrino(int seed) {
    Random random = new Random(seed);
    List<String> kinds = ReportsIT.zonesAndGranularities();
    for (int i = 0; i < 5; i++) {
      String[] words = kinds.get(random.nextInt(kinds.size())).split(" ");
      Question question = ReportsIT.question(words[0], words[1], random);
      String measure = List.of("gross_clicks", "-valid_clicks", "-start").get(random.nextInt(3));
      List<String> orders = new ArrayList<>(question.groupBy());
      Collections.shuffle(orders, random);
      String path =
          ReportsIT.path(question)
              + "&measures=gross_clicks,valid_clicks,cost_micros,unique_users&order_by="
              + measure
              + ",-"
              + orders.get(0)
              + "&limit="
              + (1 + random.nextInt(40));
      JsonNode expected = straight.json(path);

      assertThat(windowed.json(path)).as(path).isEqualTo(expected);
    }
  }

  private void awaitCurrent() {
    Instant deadline = Instant.now().plus(TIMEOUT);
    String path = "/v1/reports/clicks?from=2026-11-01&to=2026-11-02&measures=gross_clicks";
    while (!ids(windowed.json(path)).equals(ids(straight.json("/v1/freshness")))) {
      assertThat(Instant.now()).as("the window follows").isBefore(deadline);
    }
  }

  private static String ids(JsonNode answer) {
    return answer.path("snapshot_ids") + " " + answer.path("publication_id");
  }

  private double queries() {
    return metric("clickledger_trino_query_seconds_count{outcome=\"answered\",query=\"clicks\"}");
  }

  private double loads(String kind) {
    return metric("clickledger_window_loads_total{kind=\"" + kind + "\"}");
  }

  private double metric(String name) {
    return windowed
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
