package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.clickledger.serving.access.Issuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/** Who is let pass, where Trino and PostgreSQL are not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final String NO_TRINO = "jdbc:trino://127.0.0.1:1/lake";
  private static final String REPORT = "/v1/reports/clicks?from=2026-11-20&to=2026-11-21";
  private static final String RESTATEMENTS = "/v1/restatements?from=2026-11-20&to=2026-11-21";
  private static final List<String> GUARDED =
      List.of(REPORT, RESTATEMENTS, "/v1/freshness", "/v1/access", "/metrics", "/v1/nothing", "/x");

  private final Issuer issuer = Issuer.shared();
  private Api api;

  @BeforeAll
  void start() {
    api = Api.start(NO_TRINO, NOW, "http.cors-origins=https://dashboards.example");
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @Test
  void answersNothingButHealthAndThePageWithoutAKey() {
    for (String path : GUARDED) {
      HttpResponse<String> answer = api.getPlainly(path);

      assertThat(answer.statusCode()).as(path).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate"))
          .contains("Bearer realm=\"clickledger\"");
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }
    for (String path : List.of("/", "/health", "/assets/page.js", "/openapi.yaml")) {
      assertThat(api.getPlainly(path).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(api.getPlainly("/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void isNotMisledByThePath() {
    for (String path :
        List.of(
            "/assets/../v1/access",
            "/assets/%2e%2e/v1/access",
            "/assets/..%2fv1/access",
            "/assets/..;/v1/access",
            "//v1/access",
            "/v1/access/",
            "/v1//access",
            "/V1/access",
            "/v1/access;x=/assets/",
            "/v1/%61ccess",
            "/health/../v1/access",
            "/webjars/../v1/access?/assets/")) {
      HttpResponse<String> answer = api.getPlainly(path);

      assertThat(answer.statusCode()).as(path).isBetween(400, 404);
      assertThat(answer.body()).as(path).doesNotContain("\"role\"");
    }
  }

  @Test
  void takesAKeyFromTheHeaderOnly() {
    String token = issuer.token("admin");

    assertThat(api.getPlainly("/v1/access?access_token=" + token).statusCode()).isEqualTo(401);
    assertThat(api.getPlainly("/v1/access", "Cookie", "key=" + token).statusCode()).isEqualTo(401);
    assertThat(api.getPlainly("/v1/access", "Authorization", "Basic " + token).statusCode())
        .isEqualTo(401);
    assertThat(
            api.getPlainly(
                    "/v1/access",
                    "Authorization",
                    "Bearer " + token,
                    "Authorization",
                    "Bearer " + token)
                .statusCode())
        .isEqualTo(401);
    assertThat(api.getPlainly("/v1/access", "Authorization", "bearer " + token).statusCode())
        .isEqualTo(200);
  }

  @Test
  void takesNoTokenThatTheIssuerDidNotMakeForIt() throws JOSEException {
    Map<String, String> tokens = new LinkedHashMap<>();
    String good = issuer.token("admin");
    JWTClaimsSet claims = Issuer.claims("admin").build();
    tokens.put("none", new PlainJWT(claims).serialize());
    tokens.put("without signature", good.substring(0, good.lastIndexOf('.') + 1));
    tokens.put("another one's", Issuer.withKeySet("key-1").sign(claims));
    tokens.put("of an unknown key", Issuer.withKeySet("key-2").sign(claims));
    tokens.put("shared secret", signedByPublicKey(claims));
    tokens.put("algorithm", issuer.sign(new JWSHeader(JWSAlgorithm.RS512), claims));
    tokens.put(
        "type",
        issuer.sign(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("key-1")
                .type(new JOSEObjectType("logout+jwt"))
                .build(),
            claims));
    tokens.put("audience", issuer.sign(Issuer.claims("admin").audience("other").build()));
    tokens.put("no audience", issuer.sign(Issuer.claims("admin").audience((String) null).build()));
    tokens.put("issuer", issuer.sign(Issuer.claims("admin").issuer("https://x").build()));
    tokens.put("no issuer", issuer.sign(Issuer.claims("admin").issuer(null).build()));
    tokens.put("expired", issuer.sign(until("2026-11-21T11:59:00Z")));
    tokens.put("endless", issuer.sign(Issuer.claims("admin").expirationTime(null).build()));
    tokens.put("nobody's", issuer.sign(Issuer.claims("admin").subject(null).build()));
    tokens.put(
        "not yet",
        issuer.sign(
            Issuer.claims("admin")
                .notBeforeTime(Date.from(Instant.parse("2026-11-21T12:05:00Z")))
                .build()));
    tokens.put("changed", good.replace(".ey", ".eY"));
    tokens.put("empty", "");
    tokens.put("nonsense", "a.b.c");
    tokens.put("a key that is none", "clk_aaaaaaaaaaaa_" + "a".repeat(43));

    tokens.forEach(
        (name, token) -> {
          HttpResponse<String> answer = api.getAs(token, "/v1/access");
          assertThat(answer.statusCode()).as(name).isEqualTo(401);
          // Not a word on what was wrong with it.
          assertThat(answer.body()).as(name).contains("the key or token is not valid (any more)");
          assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
              .contains("error=\"invalid_token\"");
        });
    assertThat(api.getAs(good, "/v1/access").statusCode()).isEqualTo(200);
    assertThat(api.getAs(issuer.sign(until("2026-11-21T12:00:10Z")), "/v1/access").statusCode())
        .isEqualTo(200);
  }

  private static JWTClaimsSet until(String expiry) {
    return Issuer.claims("admin").expirationTime(Date.from(Instant.parse(expiry))).build();
  }

  /** The attack on libraries that take the public key for a secret. */
  private String signedByPublicKey(JWTClaimsSet claims) throws JOSEException {
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("key-1").build(), claims);
    token.sign(new MACSigner(issuer.publicKey().toRSAPublicKey().getEncoded()));
    return token.serialize();
  }

  @Test
  void takesNoTokenWhoseRoleOrScopeIsNone() {
    List<JWTClaimsSet> wrong = new ArrayList<>();
    wrong.add(Issuer.claims("root").build());
    wrong.add(Issuer.claims("admin").claim("clickledger_role", null).build());
    wrong.add(Issuer.claims("x").claim("clickledger_role", List.of("admin", "finance")).build());
    wrong.add(Issuer.claims("x").claim("clickledger_role", Map.of("admin", true)).build());
    wrong.add(Issuer.claims("advertiser").build());
    wrong.add(scoped(List.of()));
    wrong.add(scoped(List.of("")));
    wrong.add(scoped(List.of("adv-1", "")));
    wrong.add(scoped(List.of("adv-1' OR '1'='1")));
    wrong.add(scoped(List.of(1)));
    wrong.add(scoped("*"));
    wrong.add(Issuer.claims("publisher").claim("clickledger_advertisers", "adv-1").build());

    for (JWTClaimsSet claims : wrong) {
      HttpResponse<String> answer = api.getAs(issuer.sign(claims), "/v1/access");

      assertThat(answer.statusCode()).as(claims.toString()).isEqualTo(403);
    }
  }

  private static JWTClaimsSet scoped(Object ids) {
    return Issuer.claims("advertiser").claim("clickledger_advertisers", ids).build();
  }

  @Test
  void saysWhoOneIsAndWhatOneMaySee() {
    assertThat(api.getAs(issuer.token("advertiser", "adv-1", "adv-2"), "/v1/access").body())
        .contains(
            "\"subject\":\"token:advertiser-user\"",
            "\"role\":\"advertiser\"",
            "\"scope\":{\"advertiser_id\":[\"adv-1\",\"adv-2\"]}",
            "cost_micros");
    assertThat(api.getAs(issuer.token("publisher", "pub-1"), "/v1/access").body())
        .contains(
            "\"scope\":{\"publisher_id\":[\"pub-1\"]}",
            "\"dimensions\":[\"publisher_id\",\"geo_country\",\"device_type\"]",
            "\"measures\":[\"gross_clicks\",\"duplicate_clicks\",\"valid_clicks\",\"unique_users\"]");
    assertThat(api.getAs(issuer.token("analyst"), "/v1/access").body()).contains("\"scope\":{}");
  }

  @Test
  void letsEachRoleAskOnlyWhatIsForIt() {
    Map<String, List<String>> refused =
        Map.of(
            "admin", List.of(),
            "finance", List.of("/metrics"),
            "analyst", List.of("/metrics", RESTATEMENTS),
            "advertiser", List.of("/metrics"),
            "publisher", List.of("/metrics", RESTATEMENTS),
            "monitor", List.of(REPORT, RESTATEMENTS, "/v1/freshness"));

    refused.forEach(
        (role, paths) -> {
          String token =
              List.of("advertiser", "publisher").contains(role)
                  ? issuer.token(role, "id-1")
                  : issuer.token(role);
          for (String path :
              List.of(REPORT, RESTATEMENTS, "/v1/freshness", "/v1/access", "/metrics")) {
            HttpResponse<String> answer = api.getAs(token, path);
            if (paths.contains(path)) {
              assertThat(answer.statusCode()).as(role + " " + path).isEqualTo(403);
              assertThat(answer.body())
                  .contains("may be asked by the roles admin", "this key has the role " + role);
            } else {
              // 503: nothing is behind it here.
              assertThat(answer.statusCode()).as(role + " " + path).isIn(200, 503);
            }
          }
        });
  }

  @Test
  void answersNoEvidenceThatItCannotLog() {
    HttpResponse<String> answer = api.get(RESTATEMENTS);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("access-unavailable", "cannot be logged");
  }

  @Test
  void refusesColumnsThatAPublisherMayNotSee() {
    String token = issuer.token("publisher", "pub-1");
    for (String more :
        List.of(
            "&group_by=advertiser_id",
            "&group_by=campaign_id",
            "&group_by=ad_id",
            "&group_by=currency",
            "&advertiser_id=adv-1",
            "&campaign_id=",
            "&ad_id=ad-1",
            "&measures=cost_micros",
            "&measures=valid_clicks,general_invalid_clicks",
            "&measures=sophisticated_invalid_clicks")) {
      HttpResponse<String> answer = api.getAs(token, REPORT + more);

      assertThat(answer.statusCode()).as(more).isEqualTo(403);
      assertThat(answer.body())
          .contains("it may see the dimensions publisher_id, geo_country, device_type");
    }
    assertThat(api.getAs(token, REPORT + "&order_by=-cost_micros").statusCode()).isEqualTo(400);
    assertThat(api.getAs(token, REPORT).statusCode()).isEqualTo(503);
  }

  @Test
  void limitsEachKeyByItself() {
    try (Api limited = Api.start(NO_TRINO, NOW, "access.burst=3", "access.requests-per-second=1")) {
      String one = issuer.token("analyst");
      List<Integer> statuses = new ArrayList<>();
      HttpResponse<String> last = null;
      for (int i = 0; i < 5; i++) {
        last = limited.getAs(one, "/v1/access");
        statuses.add(last.statusCode());
      }

      assertThat(statuses).startsWith(200, 200, 200).contains(429);
      assertThat(last.headers().firstValue("RateLimit-Policy")).contains("\"requests\";q=3;w=3");
      assertThat(last.headers().firstValue("RateLimit").orElseThrow())
          .matches("\"requests\";r=0;t=[1-3]");
      assertThat(last.headers().firstValue("Retry-After")).contains("1");
      assertThat(limited.getAs(issuer.token("finance"), "/v1/access").statusCode()).isEqualTo(200);
      assertThat(limited.getPlainly("/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void limitsWhatAKeyHasUnderWay() throws IOException {
    // A Trino that takes connections and says nothing.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Api limited =
            Api.start(
                "jdbc:trino://127.0.0.1:" + silent.getLocalPort() + "/lake",
                NOW,
                "trino.query-timeout=1s",
                "access.concurrent-requests=2")) {
      List<CompletableFuture<HttpResponse<String>>> underWay = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        underWay.add(CompletableFuture.supplyAsync(() -> limited.get("/v1/freshness")));
      }

      assertThat(underWay)
          .extracting(one -> one.join().statusCode())
          .containsExactlyInAnyOrder(429, 429, 503, 503);
      assertThat(limited.get("/v1/access").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void letsPagesOfTheOriginsConfiguredReadAnswersAndNoOthers() throws Exception {
    HttpResponse<String> allowed =
        api.getPlainly("/v1/access", "Origin", "https://dashboards.example");
    assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin"))
        .contains("https://dashboards.example");
    assertThat(allowed.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    assertThat(allowed.headers().firstValue("Access-Control-Expose-Headers").orElseThrow())
        .contains("ETag", "Clickledger-Stale");
    assertThat(
            api.getPlainly("/v1/access", "Origin", "https://dashboards.example.evil.example")
                .headers()
                .firstValue("Access-Control-Allow-Origin"))
        .isEmpty();

    HttpResponse<String> preflight =
        api.options(
            "/v1/access",
            "Origin",
            "https://dashboards.example",
            "Access-Control-Request-Method",
            "GET");
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
        .contains("Authorization, If-None-Match, X-Request-Id");
    assertThat(
            api.options("/v1/access", "Origin", "null", "Access-Control-Request-Method", "GET")
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void tellsBrowsersToKeepAnswersToTheirPage() {
    for (String path : List.of("/", "/v1/access", "/health", "/v1/nothing")) {
      HttpResponse<String> answer = api.get(path);

      assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("frame-ancestors 'none'");
      assertThat(answer.headers().firstValue("Server")).isEmpty();
    }
  }

  @Test
  void refusesRequestsThatAreTooLarge() {
    HttpResponse<String> answer = api.get("/v1/access?x=" + "x".repeat(20_000));

    assertThat(answer.statusCode()).isIn(414, 431);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @Test
  void logsNoKeyWhereverSomebodyPutsIt() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.list = new CopyOnWriteArrayList<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    lines.start();
    root.addAppender(lines);
    String key = "clk_aaaaaaaaaaaa_" + "s".repeat(43);
    String token = issuer.token("analyst");
    try {
      api.getAs(key, "/v1/access");
      api.getPlainly("/v1/" + key);
      api.get("/v1/access?key=" + key);
      api.getAs(token, "/v1/access?token=" + token);
      api.getAs(token, "/v1/access?x=%00" + key);
      api.get("/v1/access?x=" + key + "x".repeat(20_000));

      long deadline = System.nanoTime() + 20_000_000_000L;
      while (lines.list.size() < 5 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(lines.list).hasSizeGreaterThanOrEqualTo(5);
      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .noneMatch(line -> line.contains("ssss") || line.contains(token.substring(30)));
    } finally {
      root.detachAppender(lines);
    }
  }
}
