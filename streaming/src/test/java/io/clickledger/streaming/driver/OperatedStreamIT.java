package io.clickledger.streaming.driver;

import static io.clickledger.rules.contract.Clicks.click;
import static io.clickledger.rules.contract.Clicks.clickId;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.streaming.StreamingSettings;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What whoever operates the stream sees of it, and can ask of it. */
class OperatedStreamIT {
  private static final String ROBOT =
      "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

  private final Lake lake = new Lake();

  @AfterEach
  void closeLake() {
    lake.close();
  }

  @Test
  void exportsLandedCountedAndWaitingClicks() throws Exception {
    Instant now = Instant.now();
    StreamingQuery landing = lake.landClicks().start();
    StreamingQuery counting = lake.countClicks().start();
    lake.send("k", click("one").userId("user-1").clickedAt(now).bytes());
    lake.send("k", click("one").userId("user-1").clickedAt(now).bytes());
    lake.send("k", click("two").userId("user-2").clickedAt(now).bytes());
    lake.send("k", click("again").userId("user-2").clickedAt(now).bytes());
    lake.send("k", click("robot").userId("user-3").userAgent(ROBOT).clickedAt(now).bytes());
    lake.send("bad-1", "no json".getBytes(StandardCharsets.UTF_8));
    lake.send("bad-2", "none either".getBytes(StandardCharsets.UTF_8));
    landing.processAllAvailable();
    landing.stop();
    counting.processAllAvailable();
    counting.stop();

    try (MetricsEndpoint endpoint = new MetricsEndpoint(lake.metrics)) {
      int port = endpoint.start("127.0.0.1", 0);
      assertThat(scrape(port))
          .contains(
              "clickledger_landed_records_total 5.0",
              "clickledger_rejected_records_total{reason=\"UNREADABLE_JSON\"} 2.0",
              "clickledger_rejected_records_total{reason=\"TOO_LATE\"} 0.0",
              "clickledger_flagged_clicks_total{rule=\"known-robot\"} 1.0",
              "clickledger_flagged_clicks_total{rule=\"repeat-click\"} 1.0",
              "clickledger_flagged_clicks_total{rule=\"velocity-address-10s\"} 0.0",
              "clickledger_duplicate_clicks_total 1.0",
              "clickledger_history_ids 4.0",
              "clickledger_lag_clicks{query=\"land-clicks\"} 0.0",
              "clickledger_lag_seconds{query=\"land-clicks\"} 0.0",
              "clickledger_lag_clicks{query=\"count-clicks\"} 0.0",
              "clickledger_lag_seconds{query=\"count-clicks\"} 0.0",
              "clickledger_expiry_failures_total 0.0")
          .anyMatch(line -> line.startsWith("clickledger_fraud_rules_info{version="))
          .anyMatch(line -> line.startsWith("clickledger_history_bytes "))
          .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
          .anyMatch(
              line ->
                  line.startsWith(
                      "clickledger_batch_seconds_sum{phase=\"mark\",query=\"count-clicks\"}"));
      assertThat(value(port, "clickledger_freshness_seconds")).isBetween(0.0, 60.0);

      lake.sendTo(0, click("waits-0").bytes());
      lake.sendTo(1, click("waits-1").bytes());
      lake.sendTo(1, click("waits-2").bytes());
      Thread.sleep(1_000);

      assertThat(value(port, "clickledger_lag_clicks{query=\"land-clicks\"}")).isEqualTo(3);
      assertThat(value(port, "clickledger_lag_seconds{query=\"land-clicks\"}"))
          .isBetween(1.0, 60.0);
    }
  }

  @Test
  void exportsHowMuchHasLandedThatIsNotCounted() throws Exception {
    lake.land();
    StreamingQuery counting = lake.countClicks().start();
    counting.stop();
    for (int i = 0; i < 3; i++) {
      lake.send("k", click("waits-" + i).clickedAt(Instant.now()).bytes());
    }
    lake.land();

    try (MetricsEndpoint endpoint = new MetricsEndpoint(lake.metrics)) {
      int port = endpoint.start("127.0.0.1", 0);

      assertThat(value(port, "clickledger_lag_clicks{query=\"count-clicks\"}")).isEqualTo(3);
      assertThat(value(port, "clickledger_lag_seconds{query=\"count-clicks\"}")).isPositive();
    }
  }

  @Test
  void goesOnWhereAnExpiryFails() {
    Duration keep = Duration.ZERO;
    try (ExpiryTimer failing =
        new ExpiryTimer(
            () -> {
              throw new IllegalStateException("no lake");
            },
            keep,
            lake.metrics)) {
      failing.start(Duration.ofMillis(20));

      await(
          () -> value(lake.metrics.registry().scrape(), "clickledger_expiry_failures_total") >= 2);
    }
  }

  @Test
  void endsWithItsBatchesDoneWhenAskedTo() throws Exception {
    Path ready = lake.folder.resolve("ready");
    int metrics = freePort();
    Path log = lake.folder.resolve("driver.log");
    Process driver = start(ready, metrics, log);
    try {
      await(() -> Files.exists(ready) || !driver.isAlive());
      assertASecondDriverIsRefused();
      assertThat(lake.notifiedSessions()).as("notified of changes of the metadata").isPositive();
      int sent = 0;
      boolean asked = false;
      while (driver.isAlive()) {
        lake.send("k" + sent, click("stop-" + sent).publisherId("stop").bytes());
        sent++;
        if (!asked && sent % 100 == 0 && value(metrics, "clickledger_landed_records_total") > 0) {
          driver.destroy();
          asked = true;
        }
        assertThat(sent).as(log.toString()).isLessThan(100_000);
        // A batch more each time is enough; a backlog would only make the end take longer.
        Thread.sleep(2);
      }

      assertThat(driver.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(log))
          .contains("stopped land-clicks", "stopped count-clicks", "snapshots expired")
          .doesNotContain("streaming.stop-timeout", "ERROR");
      assertThat(driver.exitValue()).isZero();
      lake.land();
      lake.count();
      assertThat(
              lake.table(RawClicks.TABLE)
                  .where(col(RawClicks.PUBLISHER_ID).equalTo("stop"))
                  .select(RawClicks.CLICK_ID)
                  .collectAsList())
          .extracting(row -> row.getString(0))
          .hasSize(sent)
          .doesNotHaveDuplicates()
          .contains(clickId("stop-0"), clickId("stop-" + (sent - 1)));
      assertThat(
              lake.table(LiveClicksByMinute.TABLE)
                  .where(col(ClickDimensions.PUBLISHER_ID).equalTo("stop"))
                  .selectExpr("sum(gross_clicks)")
                  .first()
                  .getLong(0))
          .isEqualTo(sent);
    } finally {
      driver.destroyForcibly();
    }
  }

  private void assertASecondDriverIsRefused() throws Exception {
    Path ready = lake.folder.resolve("second-ready");
    Path log = lake.folder.resolve("second-driver.log");
    Process second = start(ready, freePort(), log);
    try {
      assertThat(second.waitFor(90, TimeUnit.SECONDS)).isTrue();
    } finally {
      second.destroyForcibly();
    }
    assertThat(second.exitValue()).as(log.toString()).isEqualTo(3);
    assertThat(Files.readString(log))
        .contains(
            "another driver runs on this lake: the lock of land-clicks is held by clickledger")
        .doesNotContain("SparkContext", "Exception");
    assertThat(ready).doesNotExist();
  }

  private Process start(Path ready, int metrics, Path log) throws Exception {
    StreamingSettings settings = lake.settings();
    Path file = lake.folder.resolve("driver.properties");
    Files.write(
        file,
        List.of(
            "kafka.bootstrap-servers = " + settings.kafka().bootstrapServers(),
            "kafka.click-topic = " + settings.kafka().clickTopic(),
            "lake.catalog-uri = " + settings.lake().catalogUri(),
            "lake.catalog-user = " + settings.lake().catalogUser(),
            "lake.catalog-password = env:PASSWORD",
            "lake.warehouse = " + settings.lake().warehouse(),
            "metadata.uri = " + settings.metadata().uri(),
            "metadata.user = " + settings.metadata().user(),
            "metadata.password = env:PASSWORD",
            "privacy.hash-key = env:KEY",
            "privacy.payload-key = env:KEY",
            "streaming.checkpoints = " + settings.streaming().checkpoints(),
            "streaming.land-trigger = 100ms",
            "streaming.count-trigger = 100ms",
            "streaming.expiry-interval = 500ms",
            "streaming.metrics-port = " + metrics,
            "streaming.ready-file = " + ready));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-Dlog4j2.configurationFile="
                + Path.of("../spark-submit/conf/log4j2.properties").toUri(),
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.sql.shuffle.partitions=2",
            "-Dspark.sql.adaptive.enabled=false",
            "-Dspark.sql.streaming.noDataMicroBatches.enabled=false",
            "-cp",
            System.getProperty("java.class.path"),
            StreamClicksMain.class.getName(),
            "--settings",
            file.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("PASSWORD", settings.lake().catalogPassword().reveal());
    builder.environment().put("KEY", settings.privacy().hashKey().reveal());
    return builder.start();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static List<String> scrape(int port) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    return answer.body().lines().toList();
  }

  private static double value(int port, String metric) throws Exception {
    return value(String.join("\n", scrape(port)), metric);
  }

  private static double value(String text, String metric) {
    return text.lines()
        .filter(line -> line.startsWith(metric + " "))
        .findFirst()
        .map(line -> Double.parseDouble(line.substring(metric.length() + 1)))
        .orElse(Double.NaN);
  }

  private static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plusSeconds(90);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
