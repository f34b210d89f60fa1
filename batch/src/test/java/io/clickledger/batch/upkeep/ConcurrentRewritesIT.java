package io.clickledger.batch.upkeep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.billing.input.PinnedInputs;
import io.clickledger.batch.billing.run.BillingLake;
import io.clickledger.batch.billing.run.StreamedLake;
import io.clickledger.batch.billing.run.StreamedLake.Arrival;
import io.clickledger.batch.billing.run.TestClick;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.expire.Manifests;
import io.clickledger.lake.expire.SnapshotExpiry;
import io.clickledger.lake.publish.Publications;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Upkeep beside a stream that commits at every step of it: into the very hours that are rewritten.
 */
class ConcurrentRewritesIT {
  private static final int HOURS = 3;
  private static final AtomicInteger IDS = new AtomicInteger();

  private static BillingLake lake;
  private static StreamedLake streams;

  /** Each test has hours of its own: three of them, the last of them over. */
  private static Instant now = Instant.parse("2026-11-01T03:00:00Z");

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    streams = new StreamedLake(lake.spark(), "topic-id");
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @BeforeEach
  void land() {
    now = now.plus(Duration.ofDays(1));
    for (int hour = HOURS; hour > 0; hour--) {
      for (int i = 0; i < 2; i++) {
        Instant landedAt = hourBefore(hour).plusSeconds(300L * (i + 1));
        streams.land(
            landedAt,
            List.of(
                clicked(landedAt.minusSeconds(60)), clicked(landedAt.minus(Duration.ofDays(9)))));
        streams.count();
      }
    }
  }

  private static Instant hourBefore(int hours) {
    return now.minus(Duration.ofHours(hours));
  }

  private static Arrival clicked(Instant clickedAt) {
    return new Arrival.Clicked(0, click(clickedAt));
  }

  private static TestClick click(Instant clickedAt) {
    return TestClick.click("click-" + IDS.incrementAndGet(), clickedAt.toString());
  }

  /** One more partial for each of the hours, as of clicks that landed in it. */
  private static long appendToEachHour() {
    List<Row> partials = new ArrayList<>();
    for (int hour = HOURS; hour > 0; hour--) {
      Instant at = hourBefore(hour).plusSeconds(1200);
      partials.add(streams.partial(click(at), at, 5, 0));
    }
    streams.append(LiveClicksByMinute.TABLE, partials);
    return 5L * HOURS;
  }

  private static long gross() {
    return lake.spark()
        .sql("SELECT SUM(gross_clicks) FROM live.clicks_by_minute")
        .first()
        .getLong(0);
  }

  private static LiveFold folding(LiveFold.Fold fold) {
    return new LiveFold(
        lake.spark(),
        table(LiveClicksByMinute.TABLE),
        new Publications(table(BillingPublications.TABLE)),
        CatalogDatabase.of(lake.settings().lake()),
        fold);
  }

  private static Table table(TableName name) {
    return LakeTables.load(lake.spark(), name);
  }

  @Test
  void foldsExactlyTheFilesThatItReads() {
    long before = gross();
    long[] appended = {0};

    LiveFold.Outcome outcome =
        folding(
                (partials, through) -> {
                  appended[0] += appendToEachHour();
                  return LiveFold.foldedRows(partials, through);
                })
            .fold(now);

    assertThat(outcome.stopped()).isEmpty();
    // Each hour, on-time and late: so often at least did the stream commit.
    assertThat(appended[0]).isGreaterThanOrEqualTo(HOURS * 2 * 5L * HOURS);
    assertThat(gross()).isEqualTo(before + appended[0]);
  }

  @Test
  void refusesARewriteThatLosesOrDoublesRows() {
    long before = gross();
    long clicks = lake.spark().table("raw.clicks").count();

    assertThatThrownBy(
            () ->
                folding(
                        (partials, through) ->
                            LiveFold.foldedRows(partials.union(partials), through))
                    .fold(now))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("would change its totals");
    FileGroups.Group group = FileGroups.of(table(RawClicks.TABLE), RawClicks.LANDED_AT, now).get(0);
    FileRewrite losing =
        new FileRewrite(
            lake.spark(),
            table(RawClicks.TABLE),
            rows -> rows.limit(1),
            file -> java.util.Map.of("rows", file.recordCount()));
    assertThatThrownBy(() -> losing.write(group))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("would change its totals");

    assertThat(gross()).isEqualTo(before);
    assertThat(lake.spark().table("raw.clicks").count()).isEqualTo(clicks);
  }

  @Test
  void compactsExactlyTheFilesThatItReads() {
    long before = lake.spark().table("raw.clicks").count();
    AtomicInteger landed = new AtomicInteger();

    Compaction.Outcome outcome =
        new Compaction(
                lake.spark(),
                table(RawClicks.TABLE),
                RawClicks.LANDED_AT,
                group -> {
                  // Landed in the hour that is being written anew.
                  Instant at = group.from().plusSeconds(1800);
                  streams.append(
                      RawClicks.TABLE,
                      List.of(streams.click(click(at), 0, 10_000 + landed.incrementAndGet(), at)));
                  return new Column[] {col(RawClicks.LANDED_AT)};
                })
            .compact(now);

    assertThat(outcome.left()).isZero();
    assertThat(landed.get()).isGreaterThanOrEqualTo(HOURS * 2);
    assertThat(lake.spark().table("raw.clicks").count()).isEqualTo(before + landed.get());
    assertThat(lake.spark().table("raw.clicks").select(RawClicks.KAFKA_OFFSET).distinct().count())
        .isEqualTo(before + landed.get());
  }

  @Test
  void leavesFilesAloneThatSomethingElseReplacedMeanwhile() {
    List<Row> before = streams.liveSums();

    LiveFold.Outcome outcome =
        folding(
                (partials, through) -> {
                  folding(LiveFold::foldedRows).fold(now);
                  return LiveFold.foldedRows(partials, through);
                })
            .fold(now);

    assertThat(outcome.stopped())
        .hasValueSatisfying(why -> assertThat(why).contains("live changed meanwhile"));
    assertThat(streams.liveSums()).isEqualTo(before);
  }

  @Test
  void deletesOldDaysAndMergesManifestsBesideAStream() throws Exception {
    Instant today = now.truncatedTo(ChronoUnit.DAYS);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService stream = Executors.newSingleThreadExecutor();
    long old = partialsBefore(today);
    long young = lake.spark().table("live.clicks_by_minute").count() - old;
    long deleted = 0;
    int appended;
    try {
      Future<Integer> appends =
          stream.submit(
              () -> {
                int rows = 0;
                while (!done.get()) {
                  streams.append(
                      LiveClicksByMinute.TABLE, List.of(streams.partial(click(now), now, 1, 0)));
                  rows++;
                }
                return rows;
              });
      for (int i = 0; i < 10; i++) {
        Manifests.merge(table(LiveClicksByMinute.TABLE), 1);
        deleted +=
            new Retention(table(LiveClicksByMinute.TABLE), LiveClicksByMinute.LANDED_AT)
                .deleteBefore(today);
      }
      done.set(true);
      appended = appends.get();
    } finally {
      done.set(true);
      stream.shutdown();
    }

    assertThat(deleted).isEqualTo(old);
    assertThat(lake.spark().table("live.clicks_by_minute").count()).isEqualTo(young + appended);
  }

  @Test
  void keepsWhatABillingRunReadsWhileItRuns() {
    long read = table(RawClicks.TABLE).currentSnapshot().snapshotId();
    long compared;
    try (PinnedInputs pinned = PinnedInputs.protect(lake.spark())) {
      compared = pinned.liveSnapshotId();
      land();
      land();

      expireAll();

      assertThat(table(RawClicks.TABLE).snapshot(read)).isNotNull();
      assertThat(table(LiveClicksByMinute.TABLE).snapshot(compared)).isNotNull();
    }

    expireAll();

    assertThat(table(RawClicks.TABLE).snapshot(read)).isNull();
    assertThat(table(LiveClicksByMinute.TABLE).snapshot(compared)).isNull();
  }

  private static void expireAll() {
    new SnapshotExpiry(ConcurrentRewritesIT::table)
        .run(Instant.now().plus(Duration.ofDays(2)), Duration.ofHours(1));
  }

  private static long partialsBefore(Instant day) {
    return lake.spark()
        .table("live.clicks_by_minute")
        .where(col(LiveClicksByMinute.LANDED_AT).lt(lit(day)))
        .count();
  }
}
