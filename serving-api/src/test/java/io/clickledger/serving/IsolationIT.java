package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickledger.metadata.access.AccessLogCheck;
import io.clickledger.metadata.access.ApiKeyStore;
import io.clickledger.metadata.access.KeyRequest;
import io.clickledger.metadata.access.KeySecret;
import io.clickledger.metadata.access.Role;
import io.clickledger.serving.access.Issuer;
import io.clickledger.serving.lake.Lake;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two advertisers and two publishers on one lake: nobody sees a row that is not his. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IsolationIT {

  private static final String RANGE = "/v1/reports/clicks?from=2026-10-24&to=2026-11-02";
  private static final String RESTATEMENTS = "/v1/restatements?from=2026-10-01&to=2026-11-01";

  private static final String ADVERTISERS = "admin finance adv-1 adv-2";

  /** Who may ask for what of the books. */
  private static final Map<String, String> BOOKS =
      Map.of(
          "/v1/ledger?from=2026-09-01&to=2026-11-01",
          ADVERTISERS,
          "/v1/adjustments?from=2026-09-01&to=2026-11-01",
          ADVERTISERS,
          "/v1/periods?from=2026-09-01&to=2026-11-01",
          ADVERTISERS,
          "/v1/reconciliation?from=2026-09-01&to=2026-11-01",
          "admin finance",
          "/v1/runs?limit=5",
          "admin finance",
          "/v1/publications?limit=5",
          "admin finance");

  /** Each is asked by every tenant: all tables, all sides of the seam, all kinds of answer. */
  private static final List<String> QUESTIONS =
      List.of(
          "",
          "&granularity=day",
          "&granularity=hour&time_zone=America/St_Johns",
          "&granularity=day&group_by=geo_country,device_type",
          "&measures=unique_users,valid_clicks",
          "&group_by=device_type&measures=gross_clicks&order_by=-gross_clicks&limit=2",
          "&group_by=geo_country&geo_country=&geo_country=DE");

  /** What a tenant may try, to be shown another one: it gets its own rows. */
  private static final List<String> WIDE_ATTEMPTS =
      List.of("%1$s=%2$s&%1$s=%3$s", "%1$s=%2$s,%3$s", "not_%1$s=%2$s");

  /** The same, without its own rows. */
  private static final List<String> FOREIGN_ATTEMPTS =
      List.of("%s=%s", "%1$s=%4$s", "not_%1$s=%3$s", "%1$s=%2$s&not_%1$s=%3$s");

  /** No row has such a value. */
  private static final List<String> BAD_ATTEMPTS =
      List.of("%1$s=%2$s%%27%%20OR%%20TRUE--", "%1$s=%%25", "%1$s=%%00", "%1$s=%2$s,");

  private Lake lake;
  private ApiKeyStore store;
  private Api api;
  private final Map<String, KeySecret> keys = new LinkedHashMap<>();

  @BeforeAll
  void start() {
    lake = Lake.shared();
    store = new ApiKeyStore(lake.database());
    keys.put("admin", key(Role.ADMIN));
    keys.put("finance", key(Role.FINANCE));
    keys.put("analyst", key(Role.ANALYST));
    keys.put("adv-1", key(Role.ADVERTISER, "adv-1"));
    keys.put("adv-2", key(Role.ADVERTISER, "adv-2"));
    keys.put("pub-0", key(Role.PUBLISHER, "pub-0"));
    keys.put("pub-1", key(Role.PUBLISHER, "pub-1"));
    keys.put("monitor", key(Role.MONITOR));
    api = Api.start(lake.url(), Lake.NOW, lake.metadata());
    await(() -> ask("monitor", "/v1/access").statusCode() == 200);
  }

  @AfterAll
  void stop() {
    api.close();
  }

  private KeySecret key(Role role, String... ids) {
    return store.create(
        new KeyRequest("test", role, new TreeSet<>(List.of(ids)), Optional.empty()),
        "operator:test");
  }

  private HttpResponse<String> ask(String who, String path) {
    return api.getAs(keys.get(who).reveal(), path);
  }

  private JsonNode answer(String who, String path) {
    HttpResponse<String> answer = ask(who, path);
    assertThat(answer.statusCode()).as(who + " " + path + " " + answer.body()).isEqualTo(200);
    return Api.json(answer);
  }

  private static String dimension(String tenant) {
    return tenant.startsWith("adv") ? "advertiser_id" : "publisher_id";
  }

  private static String other(String tenant) {
    return switch (tenant) {
      case "adv-1" -> "adv-2";
      case "adv-2" -> "adv-1";
      case "pub-0" -> "pub-1";
      default -> "pub-0";
    };
  }

  @Test
  void answersATenantWhatAnAdminIsAnsweredWhoFiltersForIt() {
    for (String tenant : List.of("adv-1", "adv-2", "pub-0", "pub-1")) {
      String dimension = dimension(tenant);
      String measures = tenant.startsWith("pub") ? "&measures=gross_clicks,valid_clicks" : "";
      for (String question : QUESTIONS) {
        String path = RANGE + question + (question.contains("measures") ? "" : measures);

        JsonNode all = answer("admin", path + "&" + dimension + "=" + tenant);
        JsonNode own = answer(tenant, path);
        JsonNode asked = answer(tenant, path + "&" + dimension + "=" + tenant);

        assertThat(own.path("rows")).as(tenant + path).isNotEmpty().isEqualTo(all.path("rows"));
        assertThat(asked.path("rows")).as(tenant + path).isEqualTo(own.path("rows"));
        assertThat(own.at("/query/filters/" + dimension).toString())
            .isEqualTo("[\"" + tenant + "\"]");
      }
    }
  }

  @Test
  void showsNoForeignRowWhateverATenantFiltersFor() {
    for (String tenant : List.of("adv-1", "adv-2", "pub-0", "pub-1")) {
      String dimension = dimension(tenant);
      JsonNode own = answer(tenant, RANGE + "&measures=gross_clicks").path("rows");
      for (String attempt : WIDE_ATTEMPTS) {
        for (String path : attempts(tenant, attempt)) {
          JsonNode answer = answer(tenant, path + "&totals=true");
          assertThat(sum(answer.path("rows"))).as(tenant + path).isEqualTo(sum(own));
          assertThat(sum(answer.path("totals"))).as(tenant + path).isEqualTo(sum(own));
          assertThat(ask(tenant, path + "&format=csv").body()).doesNotContain(other(tenant));
        }
      }
      for (String attempt : FOREIGN_ATTEMPTS) {
        for (String path : attempts(tenant, attempt)) {
          JsonNode answer = answer(tenant, path + "&totals=true");
          assertThat(answer.path("rows")).as(tenant + path).isEmpty();
          assertThat(answer.path("totals")).as(tenant + path).isEmpty();
        }
      }
      for (String attempt : BAD_ATTEMPTS) {
        for (String path : attempts(tenant, attempt)) {
          assertThat(ask(tenant, path).statusCode()).as(tenant + path).isEqualTo(400);
        }
      }
      // Rows that belong to nobody; no row is without a publisher.
      HttpResponse<String> unknown =
          ask(tenant, RANGE + "&measures=gross_clicks&" + dimension + "=");
      if (tenant.startsWith("adv")) {
        assertThat(Api.json(unknown).path("rows")).isEmpty();
      } else {
        assertThat(unknown.statusCode()).isEqualTo(400);
      }
    }
  }

  private static List<String> attempts(String tenant, String attempt) {
    String dimension = dimension(tenant);
    String filter = "&" + attempt.formatted(dimension, other(tenant), tenant, "x".repeat(64));
    return List.of("", "&group_by=" + dimension, "&granularity=day").stream()
        .map(more -> RANGE + "&measures=gross_clicks" + more + filter)
        .toList();
  }

  private static long sum(JsonNode rows) {
    long sum = 0;
    for (JsonNode row : rows) {
      sum += row.path("gross_clicks").asLong();
    }
    return sum;
  }

  @Test
  void namesNobodyElse() {
    String path = RANGE + "&names=true&measures=gross_clicks&group_by=";

    assertThat(answer("adv-2", path + "advertiser_id,campaign_id,ad_id,publisher_id").toString())
        .contains("Outfitters", "Winter", "News")
        .doesNotContain("adv-1", "camp-1", "camp-2", "ad-4", "Brasserie");
    assertThat(answer("pub-1", path + "publisher_id").toString())
        .contains("pub-1")
        .doesNotContain("pub-0", "News");
  }

  @Test
  void sharesNoAnswerOfOneWithAnother() {
    List<String> everybody = List.of("admin", "adv-1", "pub-0", "adv-2", "analyst", "pub-1");
    String path = RANGE + "&granularity=day&measures=gross_clicks";
    Map<String, JsonNode> alone = new LinkedHashMap<>();
    everybody.forEach(who -> alone.put(who, answer(who, path).path("rows")));

    // Of a minute that nobody asked for yet, all at once.
    List<CompletableFuture<JsonNode>> together = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      for (String who : everybody) {
        together.add(CompletableFuture.supplyAsync(() -> answer(who, path).path("rows")));
      }
    }

    for (int i = 0; i < together.size(); i++) {
      String who = everybody.get(i % everybody.size());
      assertThat(together.get(i).join()).as(who).isEqualTo(alone.get(who));
    }
    assertThat(alone.get("adv-1")).isNotEqualTo(alone.get("adv-2"));
    assertThat(sum(alone.get("pub-0")) + sum(alone.get("pub-1")))
        .isEqualTo(sum(alone.get("admin")));
    assertThat(alone.get("analyst")).isEqualTo(alone.get("admin"));
  }

  @Test
  void showsEvidenceToItsOwnerOnly() {
    assertThat(answer("admin", RESTATEMENTS).path("restatements")).hasSize(3);
    assertThat(answer("finance", RESTATEMENTS).path("restatements")).hasSize(3);
    assertThat(answer("adv-1", RESTATEMENTS).path("restatements")).hasSize(3);
    for (String attempt : List.of("=adv-1", "=adv-1,adv-2", "=x")) {
      String filter = "&advertiser_id" + attempt;
      assertThat(answer("adv-2", RESTATEMENTS + filter).path("restatements")).isEmpty();
    }
    assertThat(answer("adv-2", RESTATEMENTS).path("restatements")).isEmpty();
    assertThat(answer("adv-1", RANGE + "&granularity=day").path("restatements")).isNotEmpty();
    // Not even that the day of somebody else was restated.
    assertThat(answer("adv-2", RANGE + "&granularity=day").path("restatements")).isEmpty();
    assertThat(ask("pub-0", RESTATEMENTS).statusCode()).isEqualTo(403);
    assertThat(ask("analyst", RESTATEMENTS).statusCode()).isEqualTo(403);
  }

  @Test
  void opensBooksToTheRolesThatMaySeeThem() {
    BOOKS.forEach(
        (path, who) ->
            keys.keySet()
                .forEach(
                    name ->
                        assertThat(ask(name, path).statusCode())
                            .as(name + " " + path)
                            .isEqualTo(List.of(who.split(" ")).contains(name) ? 200 : 403)));
  }

  @Test
  void showsAnAdvertiserHisOwnBooksOnly() {
    for (String path : List.of("/v1/ledger", "/v1/adjustments", "/v1/periods")) {
      String range = path + "?from=2026-09-01&to=2026-11-01";
      for (String more : List.of("", "&advertiser_id=adv-1", "&advertiser_id=adv-1,adv-2")) {
        String body = ask("adv-2", range + more).body();
        // Neither whose share it is, nor what is left of it.
        assertThat(body).as(range + more).doesNotContain("adv-1", "camp-1", "PAYABLE", "REVENUE");
      }
    }
    String ledger = "/v1/ledger?from=2026-09-01&to=2026-11-01";
    assertThat(answer("adv-2", ledger).path("entries")).hasSize(1);
    assertThat(answer("adv-2", ledger + "&advertiser_id=adv-1").path("entries")).isEmpty();
    assertThat(answer("adv-1", ledger + "&account=PLATFORM_REVENUE").path("entries")).isEmpty();
    assertThat(answer("adv-1", ledger + "&limit=2").path("entries"))
        .allSatisfy(entry -> assertThat(entry.path("advertiser_id").asText()).isEqualTo("adv-1"));
    // The cursor of somebody else says where his page ends, and opens nothing.
    String cursor = answer("admin", ledger + "&limit=1").path("next_cursor").asText();
    assertThat(ask("adv-2", ledger + "&cursor=" + cursor).body()).doesNotContain("adv-1");
  }

  @Test
  void logsEachAccessToBooks() {
    String path = "/v1/ledger?from=2026-09-01&to=2026-09-02";

    answer("adv-1", path);

    assertThat(log())
        .contains(
            "key:%s advertiser advertiser_id=adv-1 GET /v1/ledger from=2026-09-01&to=2026-09-02 allowed"
                .formatted(keys.get("adv-1").id()));
  }

  @Test
  void countsLateClicksOfATenantOnly() {
    long all = answer("admin", "/v1/freshness").path("pending_late_clicks").asLong();
    long one = answer("adv-1", "/v1/freshness").path("pending_late_clicks").asLong();
    long two = answer("adv-2", "/v1/freshness").path("pending_late_clicks").asLong();
    long publishers =
        answer("pub-0", "/v1/freshness").path("pending_late_clicks").asLong()
            + answer("pub-1", "/v1/freshness").path("pending_late_clicks").asLong();

    // The rest belongs to no advertiser that is known.
    assertThat(one).isPositive();
    assertThat(two).isPositive();
    assertThat(one + two).isLessThan(all);
    assertThat(publishers).isEqualTo(all);
    assertThat(answer("adv-1", RANGE).path("pending_late_clicks").asLong()).isEqualTo(one);
    // Trino counts them alike.
    try (Api straight = Api.start(lake.url(), Lake.NOW, lake.metadataAnd(ReportsIT.NO_WINDOW))) {
      await(() -> straight.getAs(keys.get("adv-1").reveal(), "/v1/freshness").statusCode() == 200);
      for (Map.Entry<String, Long> pending :
          Map.of("admin", all, "adv-1", one, "adv-2", two).entrySet()) {
        String key = keys.get(pending.getKey()).reveal();
        JsonNode counted = Api.json(straight.getAs(key, "/v1/freshness"));
        assertThat(counted.path("pending_late_clicks").asLong()).isEqualTo(pending.getValue());
      }
    }
  }

  @Test
  void asksTrinoNothingForATenantOnTheWindow() {
    await(() -> api.getPlainly("/ready").statusCode() == 200);
    // One that took long to load is stale until the next look.
    await(() -> !answer("admin", RANGE + "&measures=gross_clicks").path("stale").asBoolean());
    long before = queriesAfterTheWindowWasRead();

    for (String tenant : List.of("adv-1", "adv-2", "pub-0", "pub-1")) {
      answer(tenant, RANGE + "&measures=gross_clicks");
      answer(tenant, "/v1/freshness");
    }

    assertThat(queriesAfterTheWindowWasRead()).isEqualTo(before);
  }

  /** Of freshness: pins are looked up again and again. */
  private long queriesAfterTheWindowWasRead() {
    return ask("admin", "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("clickledger_trino_query_seconds_count"))
        .filter(line -> line.contains("query=\"freshness\"") || line.contains("query=\"clicks\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void scopesATokenAsAKey() {
    Issuer issuer = Issuer.shared();
    String path = RANGE + "&granularity=day";

    HttpResponse<String> byToken = api.getAs(issuer.token("advertiser", "adv-1"), path);

    assertThat(Api.json(byToken).path("rows")).isEqualTo(answer("adv-1", path).path("rows"));
    assertThat(Api.json(api.getAs(issuer.token("advertiser", "adv-9"), path)).path("rows"))
        .isEmpty();
  }

  @Test
  void opensNothingWithAKeyThatIsChanged() {
    String key = keys.get("adv-1").reveal();
    String otherId = keys.get("admin").id();
    for (String forged :
        List.of(
            key.substring(0, key.length() - 1) + (key.endsWith("A") ? "B" : "A"),
            "clk_" + otherId + key.substring(16),
            "clk_" + keys.get("adv-1").id() + "_" + "A".repeat(43),
            key + "A",
            key.substring(4),
            key.toUpperCase(Locale.ROOT))) {
      assertThat(api.getAs(forged, "/v1/access").statusCode()).as(forged).isEqualTo(401);
    }
  }

  @Test
  void closesWithinSecondsWhatIsRevoked() {
    KeySecret key = key(Role.ANALYST);
    await(() -> api.getAs(key.reveal(), "/v1/access").statusCode() == 200);

    Instant began = Instant.now();
    store.revoke(key.id(), "operator:test");
    await(() -> api.getAs(key.reveal(), "/v1/access").statusCode() == 401);

    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void ignoresAKeyThatHasExpired() {
    KeySecret key =
        store.create(
            new KeyRequest(
                "test",
                Role.ADMIN,
                new TreeSet<>(),
                // Before the time of the API.
                Optional.of(Instant.parse("2026-10-31T00:00:00Z"))),
            "operator:test");
    KeySecret later = key(Role.ADMIN);
    await(() -> api.getAs(later.reveal(), "/v1/access").statusCode() == 200);

    assertThat(api.getAs(key.reveal(), "/v1/access").statusCode()).isEqualTo(401);
  }

  @Test
  void logsEachAccessToEvidenceBeforeItsAnswerAndEachRefusal() {
    answer("finance", RESTATEMENTS + "&advertiser_id=adv-1");
    List<String> logged = log();
    assertThat(logged)
        .contains(
            "key:%s finance all GET /v1/restatements from=2026-10-01&to=2026-11-01&advertiser_id=adv-1 allowed"
                .formatted(keys.get("finance").id()));

    ask("pub-1", RESTATEMENTS + "&key=" + keys.get("pub-1").reveal());
    api.getAs("clk_aaaaaaaaaaaa_" + "a".repeat(43), "/v1/freshness");

    String refused =
        "key:%s publisher publisher_id=pub-1 GET /v1/restatements 403 from=2026-10-01&to=2026-11-01&key=clk_*** refused"
            .formatted(keys.get("pub-1").id());
    await(
        () -> log().contains(refused) && log().contains("nobody   GET /v1/freshness 401 refused"));
    assertThat(AccessLogCheck.run(lake.database(), Optional.empty()).faults()).isEmpty();
    assertThat(String.join("\n", log())).doesNotContain(keys.get("pub-1").reveal().substring(17));
  }

  @Test
  void logsRefusalsOfAKeyBesideAFloodOfOthers() {
    for (int i = 0; i < 400; i++) {
      api.getPlainly("/v1/freshness");
    }

    assertThat(ask("pub-1", RANGE + "&measures=cost_micros").statusCode()).isEqualTo(403);

    String refused =
        "key:%s publisher publisher_id=pub-1 GET /v1/reports/clicks 403 from=2026-10-24&to=2026-11-02&measures=cost_micros refused"
            .formatted(keys.get("pub-1").id());
    await(() -> log().contains(refused));
    await(() -> log().stream().anyMatch(entry -> entry.contains("more requests refused")));
  }

  private List<String> log() {
    return Jdbi.create(lake.database())
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT concat_ws(' ', actor, role, scope, action, object, outcome)"
                            + " FROM access.log ORDER BY entry_number")
                    .mapTo(String.class)
                    .list());
  }

  private static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plusSeconds(20);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
