package io.clickledger.lake.expire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.TestLake;
import io.clickledger.lake.commit.Commits;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.landed.LandedRange;
import io.clickledger.lake.landed.Landings;
import io.clickledger.lake.migrate.Migrations;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTotals;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.ClosedDays;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One lake's landings, one after the other: what is written down of them and what is forgotten. */
class SnapshotExpiryIT {
  private static final Instant LANDED = Instant.parse("2026-11-20T23:59:58Z");
  private static final Duration KEEP = Duration.ofHours(3);

  private static TestLake lake;
  private static Table raw;
  private static Table rejected;
  private static Table live;

  @BeforeAll
  static void start() {
    lake = TestLake.empty();
    new Migrations().migrate(lake.spark(), Instant.EPOCH);
    raw = table(RawClicks.TABLE);
    rejected = table(RawRejectedClicks.TABLE);
    live = table(LiveClicksByMinute.TABLE);
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  private static Table table(TableName name) {
    return LakeTables.load(lake.spark(), name);
  }

  private static SnapshotExpiry expiry() {
    return new SnapshotExpiry(SnapshotExpiryIT::table);
  }

  private static Landings landings() {
    return new Landings(
        table(AuditLandings.TABLE),
        Map.of(RawClicks.TABLE, raw, RawRejectedClicks.TABLE, rejected));
  }

  /** Every landed range, in order of table, partition and time. */
  private static List<LandedRange> recordedAndPending() {
    Landings.Pending pending = landings().pending();
    List<LandedRange> all = new ArrayList<>(pending.ranges());
    lake.spark()
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, pending.snapshotId())
        .table(AuditLandings.TABLE.toString())
        .collectAsList()
        .forEach(row -> all.add(landing(row)));
    all.sort(
        Comparator.comparing((LandedRange landing) -> landing.table().toString())
            .thenComparing(LandedRange::partition)
            .thenComparing(LandedRange::landedAt)
            .thenComparing(LandedRange::from));
    return all;
  }

  private static LandedRange landing(Row row) {
    Long gap = row.getAs(AuditLandings.ACCEPTED_GAP);
    return new LandedRange(
        TableName.of(row.getAs(AuditLandings.TABLE_NAME)),
        row.<Long>getAs(AuditLandings.SNAPSHOT_ID),
        row.getAs(AuditLandings.TOPIC_ID),
        row.<Integer>getAs(AuditLandings.KAFKA_PARTITION),
        row.<Long>getAs(AuditLandings.FROM_OFFSET),
        row.<Long>getAs(AuditLandings.TO_OFFSET),
        row.<Long>getAs(AuditLandings.LANDED_ROWS),
        row.<Timestamp>getAs(AuditLandings.LANDED_AT).toInstant(),
        gap == null ? 0 : gap);
  }

  @Test
  void recordsEachLandingOnceAndExpiresNothingThatIsNeeded() throws Exception {
    recordsNothingWhereNothingLanded();
    recordsWhatLandedAfterTheCommitThatSaysWhereLandingBegins();
    recordsEachLandingOnce();
    recordsOnceWhereTwoDoItAtATime();
    expiresNoSnapshotOfRawBeforeItIsCounted();
    keepsNightlyTablesWholeBeforeTheFirstPublication();
    keepsRawFromWhereTheNewestCountBegan();
    keepsWhatIsYoungerThanAskedFor();
    keepsThePublishedLiveSnapshotAndTheNewestOfEachQuery();
    runsBesideAppendsAndBesideItself();
    mergesManifestsWhereThereAreMany();
    keepsTheNewestOfFlaggedClicksWhereCountingGoesOn();
    keepsPublishedAndNewestSnapshotsOfNightlyTables();
  }

  private void recordsNothingWhereNothingLanded() {
    assertThat(landings().record()).isZero();
    assertThat(recordedAndPending()).isEmpty();
    assertThat(table(AuditLandings.TABLE).snapshots()).hasSize(1);
  }

  private void recordsWhatLandedAfterTheCommitThatSaysWhereLandingBegins() {
    Commits.land(raw, LANDED.minusSeconds(1), "0:5,1:0", Set.of(), "rows", "");
    Commits.land(rejected, LANDED.minusSeconds(1), "0:5,1:0", Set.of(), "rows", "");
    Commits.land(
        raw,
        LANDED,
        "0:10,1:2",
        Commits.files(raw, LANDED, Map.of(0, LongStream.range(6, 10), 1, LongStream.range(0, 2))),
        "rows",
        "0:4,1:2");
    Commits.land(
        rejected,
        LANDED,
        "0:10,1:2",
        Commits.files(rejected, LANDED, Map.of(0, LongStream.of(5))),
        "rows",
        "0:1");

    assertThat(landings().record()).isEqualTo(4);

    assertThat(recordedAndPending())
        .extracting(
            LandedRange::table,
            LandedRange::partition,
            LandedRange::from,
            LandedRange::to,
            LandedRange::rows)
        .containsExactly(
            tuple(RawClicks.TABLE, 0, 5L, 10L, 4L),
            tuple(RawClicks.TABLE, 1, 0L, 2L, 2L),
            tuple(RawRejectedClicks.TABLE, 0, 5L, 10L, 1L),
            tuple(RawRejectedClicks.TABLE, 1, 0L, 2L, 0L));
  }

  private void recordsEachLandingOnce() {
    Instant next = LANDED.plusSeconds(5);
    Commits.land(
        raw,
        next,
        "0:14,1:2",
        Commits.files(raw, next, Map.of(0, LongStream.of(12, 13))),
        "rows",
        "0:2",
        "accepted-gap",
        "0:12");

    assertThat(recordedAndPending()).hasSize(5);
    assertThat(landings().record()).isEqualTo(1);
    assertThat(landings().record()).isZero();

    assertThat(recordedAndPending())
        .hasSize(5)
        .contains(
            new LandedRange(
                RawClicks.TABLE,
                raw.currentSnapshot().snapshotId(),
                "topic",
                0,
                10,
                14,
                2,
                next,
                2));
    assertThat(lake.spark().table("audit.landings").count()).isEqualTo(5);
  }

  private void recordsOnceWhereTwoDoItAtATime() throws Exception {
    for (int i = 1; i <= 3; i++) {
      String to = "0:%d,1:2".formatted(14 + i);
      Commits.land(raw, LANDED.plusSeconds(5 + i), to, Set.of(), "rows", "");
    }

    List<Callable<Integer>> both = List.of(() -> landings().record(), () -> landings().record());
    int recorded = 0;
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (Future<Integer> each : threads.invokeAll(both)) {
        recorded += each.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(recorded).isEqualTo(3);
    assertThat(lake.spark().table("audit.landings").count()).isEqualTo(8);
  }

  private void expiresNoSnapshotOfRawBeforeItIsCounted() {
    List<Long> before = ids(raw);

    expiry().run(Instant.now().plus(Duration.ofDays(9)), KEEP);

    assertThat(ids(raw)).isEqualTo(before);
    assertThat(ids(live)).hasSize(1);
    // Nobody counts these: only the newest landing stays.
    assertThat(ids(rejected)).hasSize(1);
  }

  private void keepsRawFromWhereTheNewestCountBegan() {
    List<Long> landed = ids(raw);
    Commits.count(live, LANDED, landed.get(1));
    Commits.count(live, LANDED.plusSeconds(5), landed.get(3));

    SnapshotExpiry.Done done = expiry().run(Instant.now().plus(Duration.ofHours(4)), KEEP);

    assertThat(ids(raw)).isEqualTo(landed.subList(1, landed.size()));
    assertThat(done.expired()).containsEntry(RawClicks.TABLE, 1);
    // The commit that made the table: CountClicks began its newest one where the first count ended.
    assertThat(done.expired()).containsEntry(LiveClicksByMinute.TABLE, 1);
    assertThat(lake.spark().table("raw.clicks").count()).isEqualTo(8);
    assertThat(CommittedPosition.newest(raw, QueryNames.LAND_CLICKS)).isPresent();
  }

  private void keepsWhatIsYoungerThanAskedFor() {
    List<Long> landed = ids(raw);
    Commits.count(live, LANDED.plusSeconds(9), landed.get(landed.size() - 1));
    Commits.count(live, LANDED.plusSeconds(9), landed.get(landed.size() - 1));

    assertThat(expiry().run(Instant.now().plus(Duration.ofHours(2)), KEEP).expired().values())
        .containsOnly(0);
  }

  private void keepsThePublishedLiveSnapshotAndTheNewestOfEachQuery() {
    List<Long> counted = ids(live);
    new Publications(table(BillingPublications.TABLE))
        .append(OptionalLong.empty(), publication(1, counted.get(1)));
    // Upkeep's own commits, on top of the newest count.
    live.newAppend().commit();
    live.newAppend().commit();

    expiry().run(Instant.now().plus(Duration.ofDays(2)), KEEP);

    live.refresh();
    assertThat(ids(live))
        .contains(counted.get(1), counted.get(2), counted.get(3))
        .doesNotContain(counted.get(0))
        .hasSize(5);
    assertThat(CommittedPosition.newest(live, QueryNames.COUNT_CLICKS)).isPresent();
    assertThat(ids(raw)).hasSize(1);
    assertThat(ids(table(AuditLandings.TABLE))).hasSize(1);
    assertThat(lake.spark().table("raw.clicks").count()).isEqualTo(8);
    assertThat(landings().record()).isZero();

    // The next publication releases what the one before named.
    new Publications(table(BillingPublications.TABLE))
        .append(OptionalLong.of(1), publication(2, live.currentSnapshot().snapshotId()));
    expiry().run(Instant.now().plus(Duration.ofDays(2)), KEEP);
    assertThat(ids(live)).hasSize(4).doesNotContain(counted.get(1));
  }

  private void keepsNightlyTablesWholeBeforeTheFirstPublication() {
    Table days = table(BillingClicksByDay.TABLE);
    days.newAppend().commit();
    List<Long> nights = ids(days);

    expiry().run(Instant.now().plus(Duration.ofDays(2)), KEEP);

    // A billing run starts at the commit that made the table.
    assertThat(ids(days)).isEqualTo(nights);
  }

  private void keepsPublishedAndNewestSnapshotsOfNightlyTables() {
    Table days = table(BillingClicksByDay.TABLE);
    for (int night = 0; night < 3; night++) {
      days.newAppend().commit();
    }
    List<Long> nights = ids(days);
    long published = nights.get(nights.size() - 3);
    TableRefs.tag(days, "publication_2", published);

    expiry().run(Instant.now().plus(Duration.ofDays(2)), KEEP);

    assertThat(ids(days)).containsExactly(published, nights.get(nights.size() - 1));
  }

  private void keepsTheNewestOfFlaggedClicksWhereCountingGoesOn() {
    Table flagged = table(LiveFlaggedClicks.TABLE);
    Commits.count(flagged, LANDED, 1);
    Commits.count(flagged, LANDED.plusSeconds(5), 2);
    Commits.count(flagged, LANDED.plusSeconds(9), 3);
    List<Long> counted = ids(flagged);

    expiry().run(Instant.now().plus(Duration.ofDays(2)), KEEP);

    assertThat(ids(flagged)).isEqualTo(counted.subList(counted.size() - 1, counted.size()));
    assertThat(CommittedPosition.newest(flagged, QueryNames.COUNT_CLICKS)).isPresent();
  }

  private void runsBesideAppendsAndBesideItself() throws Exception {
    int landings = 12;
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Callable<Integer> stream =
          () -> {
            Table table = table(RawClicks.TABLE);
            Table counts = table(LiveClicksByMinute.TABLE);
            for (int i = 0; i < landings; i++) {
              Instant at = LANDED.plusSeconds(60 + i);
              Commits.land(
                  table,
                  at,
                  "0:%d,1:2".formatted(18 + i),
                  Commits.files(table, at, Map.of(0, LongStream.of(17 + i))),
                  "rows",
                  "0:1");
              Commits.count(counts, at, table.currentSnapshot().snapshotId());
            }
            return 0;
          };
      Callable<Integer> upkeep =
          () -> {
            int recorded = 0;
            for (int i = 0; i < 6; i++) {
              recorded += expiry().run(Instant.now().plus(Duration.ofDays(2)), KEEP).landings();
            }
            return recorded;
          };
      for (Future<Integer> each : threads.invokeAll(List.of(stream, upkeep, upkeep))) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }
    expiry().run(Instant.now().plus(Duration.ofDays(2)), KEEP);

    assertThat(recordedAndPending())
        .filteredOn(landing -> landing.landedAt().isAfter(LANDED.plusSeconds(59)))
        .extracting(LandedRange::from)
        .containsExactlyElementsOf(LongStream.range(17, 17 + landings).boxed().toList());
    assertThat(lake.spark().table("audit.landings").count()).isEqualTo(8 + landings);
    assertThat(lake.spark().table("raw.clicks").count()).isEqualTo(8 + landings);
    assertThat(ids(raw)).hasSize(2);
  }

  private void mergesManifestsWhereThereAreMany() {
    Transaction many = rejected.newTransaction();
    for (int i = 0; i < 120; i++) {
      AppendFiles append = many.newFastAppend();
      Commits.files(rejected, LANDED, Map.of(0, LongStream.of(100 + i)))
          .forEach(append::appendFile);
      append.commit();
    }
    many.commitTransaction();
    long rows = lake.spark().table("raw.rejected_clicks").count();

    assertThat(Manifests.merge(rejected)).isGreaterThan(100);

    assertThat(rejected.currentSnapshot().dataManifests(rejected.io())).hasSizeLessThan(5);
    assertThat(lake.spark().table("raw.rejected_clicks").count()).isEqualTo(rows);
    assertThat(Manifests.merge(rejected)).isZero();
  }

  private static List<Long> ids(Table table) {
    table.refresh();
    List<Snapshot> oldestFirst =
        new ArrayList<>(StreamSupport.stream(table.snapshots().spliterator(), false).toList());
    oldestFirst.sort(Comparator.comparing(Snapshot::sequenceNumber));
    return oldestFirst.stream().map(Snapshot::snapshotId).toList();
  }

  private static Publication publication(long id, long liveSnapshotId) {
    return new Publication(
        id,
        LANDED,
        "run",
        LANDED,
        Map.of(),
        liveSnapshotId,
        Map.of(0, 10L),
        LANDED,
        List.of(),
        ClosedDays.NONE,
        PublishedTotals.UNKNOWN);
  }
}
