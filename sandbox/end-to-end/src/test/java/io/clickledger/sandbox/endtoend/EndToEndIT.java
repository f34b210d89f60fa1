package io.clickledger.sandbox.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.Poll;
import io.clickledger.sandbox.simulator.oracle.Oracle;
import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * The simulator's clicks over HTTP and straight to Kafka, the streaming driver killed among them,
 * against what the raw tables, the live and the final numbers and the API say of them: exactly. The
 * warehouse is S3; {@link ClusterIT} has one of files.
 */
class EndToEndIT {
  private static final Catalogue CATALOGUE = Catalogue.read(RunningPlatform.demoMetadata());

  @Test
  void endsInNumbersThatTheOracleExpects() throws IOException {
    try (RunningPlatform platform =
        new RunningPlatform(FreePorts.neighbours(8), Map.of(), "--warehouse", "s3")) {
      Path live = platform.folder.resolve("live.oracle");
      Path past = platform.sendHistory();
      Process traffic = platform.startTraffic("both", "20s", live);
      platform.run("restart", "--kill", "streaming");
      platform.finish(traffic);
      Oracle oracle = Oracle.read(CATALOGUE, past, live);
      assertThat(oracle.uncertain()).as("posts without an answer").isZero();

      awaitGross(platform, oracle.totals().gross());
      assertLanded(platform, oracle);
      assertReports(platform, oracle);

      LocalDate yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
      final long published = publish(platform, yesterday);
      assertReports(platform, oracle);
      assertThat(finality(platform, yesterday)).containsOnlyKeys("final");
      assertThat(finality(platform, yesterday.plusDays(1))).containsOnlyKeys("provisional");

      assertThat(publish(platform, yesterday))
          .as("a billing run without news")
          .isEqualTo(published);

      platform.post(click(yesterday.atTime(12, 0).toInstant(ZoneOffset.UTC)));
      awaitPendingLate(platform, 1);
      assertReports(platform, oracle);
      publish(platform, yesterday);
      assertThat(finality(platform, yesterday)).containsOnlyKeys("restated");
      assertThat(platform.total().gross()).isEqualTo(oracle.totals().gross() + 1);
      assertThat(pendingLate(platform)).isZero();
      SqlPage.check(
          platform,
          platform.total().gross(),
          yesterday.toString(),
          finality(platform, yesterday).get("restated"));
      platform.run("audit");

      assertThat(OperationsFiles.notExposed(platform.metrics()))
          .as("what alarms and board ask for and no program exposes")
          .isEmpty();
    }
  }

  private static void assertLanded(RunningPlatform platform, Oracle oracle) {
    assertThat(platform.number("SELECT count(*) FROM raw.clicks")).isEqualTo(oracle.landed());
    assertThat(platform.number("SELECT count(*) FROM raw.rejected_clicks"))
        .isEqualTo(oracle.rejected())
        .isPositive();
    assertThat(
            platform.number(
                """
                SELECT count(*) - count(DISTINCT (kafka_partition, kafka_offset))
                FROM (
                  SELECT kafka_partition, kafka_offset FROM raw.clicks
                  UNION ALL
                  SELECT kafka_partition, kafka_offset FROM raw.rejected_clicks
                ) AS landed
                """))
        .as("records landed twice")
        .isZero();
    assertThat(
            platform.number(
                """
                SELECT sum(records)
                FROM (
                  SELECT max(kafka_offset) + 1 AS records
                  FROM (
                    SELECT kafka_partition, kafka_offset FROM raw.clicks
                    UNION ALL
                    SELECT kafka_partition, kafka_offset FROM raw.rejected_clicks
                  ) AS landed
                  GROUP BY kafka_partition
                ) AS partitions
                """))
        .as("records of the topic")
        .isEqualTo(oracle.landed() + oracle.rejected());
    assertThat(
            platform.numbersByText(
                "SELECT reason, count(*) FROM raw.rejected_clicks GROUP BY reason"))
        .isEqualTo(oracle.rejectedBy());
  }

  /** By hour and by ad, every measure. */
  private static void assertReports(RunningPlatform platform, Oracle oracle) {
    assertThat(reported(platform, "granularity=hour", row -> hour(row.get("start").asText())))
        .isEqualTo(oracle.totalsBy(entry -> Oracle.clickedAt(entry).truncatedTo(ChronoUnit.HOURS)));
    assertThat(
            reported(
                platform, "granularity=total&group_by=ad_id", row -> row.get("ad_id").asText()))
        .isEqualTo(oracle.totalsBy(OracleEntry::adId));
  }

  private static <K extends Comparable<K>> Map<K, Oracle.Totals> reported(
      RunningPlatform platform, String query, Function<JsonNode, K> group) {
    JsonNode answer = platform.report(query + "&" + RunningPlatform.range());
    assertThat(answer.get("truncated").asBoolean()).isFalse();
    Map<K, Oracle.Totals> totals = new TreeMap<>();
    for (JsonNode row : answer.get("rows")) {
      totals.merge(group.apply(row), Oracle.Totals.reported(row), Oracle.Totals::plus);
    }
    return totals;
  }

  /** How the day's hours are called, with the gross clicks of each. */
  private static Map<String, Long> finality(RunningPlatform platform, LocalDate day) {
    JsonNode answer =
        platform.report(
            "granularity=day&from=%sT00:00:00Z&to=%sT00:00:00Z".formatted(day, day.plusDays(1)));
    Map<String, Long> gross = new TreeMap<>();
    for (JsonNode row : answer.get("rows")) {
      gross.merge(row.get("finality").asText(), row.get("gross_clicks").asLong(), Long::sum);
    }
    return gross;
  }

  private static long pendingLate(RunningPlatform platform) {
    return platform
        .report("granularity=total&" + RunningPlatform.range())
        .get("pending_late_clicks")
        .asLong();
  }

  /** Runs the night, and waits until reports have read the latest publication. */
  private static long publish(RunningPlatform platform, LocalDate date) {
    platform.run("nightly", "--date", date.toString());
    long latest = platform.number("SELECT max(publication_id) FROM billing.publications");
    await(
        "publication of reports",
        latest,
        () ->
            platform
                .report("granularity=total&" + RunningPlatform.range())
                .get("publication_id")
                .asLong());
    return latest;
  }

  private static void awaitGross(RunningPlatform platform, long gross) {
    await("gross clicks in the report", gross, () -> platform.total().gross());
  }

  private static void awaitPendingLate(RunningPlatform platform, long pending) {
    await("pending late clicks", pending, () -> pendingLate(platform));
  }

  private static void await(String what, long expected, LongSupplier actual) {
    Poll.until(Duration.ofMinutes(3), () -> actual.getAsLong() == expected);
    assertThat(actual.getAsLong()).as(what).isEqualTo(expected);
  }

  private static Instant hour(String start) {
    return OffsetDateTime.parse(start).toInstant();
  }

  private static String click(Instant clickedAt) {
    return """
        {"click_id": "%s", "clicked_at": %d, "ad_id": "ad-0001", "publisher_id": "pub-001",
         "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"}
        """
        .formatted(UUID.randomUUID(), clickedAt.toEpochMilli());
  }
}
