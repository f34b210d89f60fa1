package io.clickledger.lake.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.lake.CatalogChecks;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.LostWrites;
import io.clickledger.lake.TestLake;
import io.clickledger.lake.expire.Manifests;
import io.clickledger.lake.expire.SnapshotExpiry;
import io.clickledger.lake.landed.Landings;
import io.clickledger.lake.migrate.Migrations;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTotals;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.ClosedDays;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every commit of the lake whose answer from the catalog is lost: it is done, or it failed and is
 * done again; nothing is lost and nothing is there twice.
 */
class LostAnswersIT {
  private static final Instant LANDED = Instant.parse("2026-11-20T23:59:58Z");

  private static TestLake lake;

  /** Commits of the tests so far. */
  private static long commits;

  private static long publications;

  @BeforeAll
  static void start() {
    lake = TestLake.empty();
    new Migrations().migrate(lake.spark(), Instant.EPOCH);
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @BeforeEach
  void next() {
    commits++;
  }

  private static Table table(TableName name) {
    return LakeTables.load(lake.spark(), name);
  }

  private static void withLoss(LostWrites lost, Runnable commit) {
    assertThat(lost.during(lake, 1, commit)).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void appendsABatchOnce(LostWrites lost) {
    Table raw = table(RawClicks.TABLE);
    long before = CatalogChecks.rowsOfWhole(raw);

    withLoss(lost, () -> land(table(RawClicks.TABLE)));

    assertThat(CatalogChecks.rowsOfWhole(raw)).isEqualTo(before + 3);
  }

  @ParameterizedTest
  @EnumSource(names = {"ANSWER", "STATEMENT"})
  void appendsABatchOnceWhereOthersCommitMeanwhile(LostWrites lost) {
    Table raw = table(RawClicks.TABLE);
    long before = CatalogChecks.rowsOfWhole(raw);
    lake.lossy()
        .lose(
            lost.loss,
            lost.from(1),
            () -> {
              Table other = table(RawClicks.TABLE);
              other.newFastAppend().set("test.other", "1").commit();
              other.newFastAppend().set("test.other", "2").commit();
            });

    land(raw);

    // Ours, its repetition, and the two others.
    assertThat(lake.lossy().seen()).isGreaterThanOrEqualTo(4);
    assertThat(CatalogChecks.rowsOfWhole(raw)).isEqualTo(before + 3);
  }

  /** The same, by a commit that says its whole position: what came before it may go. */
  private static void landWhole(Table table) {
    table.refresh();
    long next = end(table).map(position -> position.of(0)).orElse(0L);
    Commits.land(
        table, LANDED.plusSeconds(commits), "0:" + (next + 3), rows(table, next), "rows", "0:3");
  }

  private static Optional<KafkaPosition> end(Table table) {
    return CommittedPosition.newest(table, QueryNames.LAND_CLICKS)
        .map(CommittedPosition::to)
        .map(KafkaPosition::parse);
  }

  private static Set<DataFile> rows(Table table, long next) {
    Instant landedAt = LANDED.plusSeconds(commits);
    return Commits.files(table, landedAt, Map.of(0, LongStream.range(next, next + 3)));
  }

  /** Three rows, from where the table ends. */
  private static void land(Table raw) {
    Optional<KafkaPosition> from = end(raw);
    long next = from.map(position -> position.of(0)).orElse(0L);
    new PositionedAppend(
            QueryNames.LAND_CLICKS,
            "topic",
            from,
            KafkaPosition.parse("0:" + (next + 3)),
            LANDED.plusSeconds(commits),
            Map.of(CommittedPosition.ROWS, "0:3"))
        .commit(raw, rows(raw, next));
  }

  @ParameterizedTest
  @EnumSource
  void mergesManifestsWithoutLosingOne(LostWrites lost) {
    Table raw = table(RawClicks.TABLE);
    land(raw);
    land(raw);
    long rows = CatalogChecks.rowsOfWhole(raw);

    withLoss(lost, () -> Manifests.merge(raw, 1));

    assertThat(CatalogChecks.rowsOfWhole(raw)).isEqualTo(rows);
    assertThat(raw.currentSnapshot().dataManifests(raw.io())).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void publishesOnce(LostWrites lost) {
    OptionalLong previous =
        publications == 0 ? OptionalLong.empty() : OptionalLong.of(publications);
    publications++;

    withLoss(
        lost,
        () ->
            new Publications(table(BillingPublications.TABLE))
                .append(previous, publication(publications)));

    Table table = table(BillingPublications.TABLE);
    assertThat(CatalogChecks.rowsOfWhole(table)).isEqualTo(publications);
    assertThat(new Publications(table).current()).contains(publication(publications));
  }

  private static Publication publication(long id) {
    return new Publication(
        id,
        LANDED,
        "run-" + id,
        Instant.parse("2026-11-21T00:00:00Z"),
        Map.of(BillingClicksByDay.TABLE, 7L, BillingClicksByQuarterHour.TABLE, 8L),
        9L,
        Map.of(0, 10L),
        LANDED,
        List.of(),
        ClosedDays.NONE,
        PublishedTotals.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource
  void takesABranchFromCreationToTheEnd(LostWrites lost) {
    Table table = table(BillingClicksByDay.TABLE);
    String branch = "billing_run_" + commits;
    String tag = "publication_" + commits;
    long start = table.currentSnapshot().snapshotId();
    long rows = CatalogChecks.rowsOfWhole(table);

    withLoss(lost, () -> TableRefs.create(table, branch, start));
    assertThat(TableRefs.head(table, branch)).isEqualTo(start);

    withLoss(lost, () -> insertOnBranch(branch));
    long head = TableRefs.head(table, branch);
    assertThat(table.snapshot(head).parentId()).isEqualTo(start);

    withLoss(lost, () -> TableRefs.fastForward(table, branch));
    assertThat(CatalogChecks.rowsOfWhole(table)).isEqualTo(rows + 1);
    assertThat(table.currentSnapshot().snapshotId()).isEqualTo(head);

    withLoss(lost, () -> TableRefs.tag(table, tag, start));
    withLoss(lost, () -> TableRefs.tag(table, tag, head));
    table.refresh();
    assertThat(table.refs().get(tag).snapshotId()).isEqualTo(head);
    withLoss(lost, () -> TableRefs.untag(table, tag));
    withLoss(lost, () -> TableRefs.drop(table, branch));
    assertThat(CatalogChecks.rowsOfWhole(table)).isEqualTo(rows + 1);
    assertThat(table.refs()).containsOnlyKeys("main");

    withLoss(lost, () -> TableRefs.resetMain(table, start));
    assertThat(CatalogChecks.rowsOfWhole(table)).isEqualTo(rows);
  }

  private static void insertOnBranch(String branch) {
    lake.spark()
        .sql(
            "INSERT INTO "
                + TableRefs.qualified("billing.clicks_by_day", branch)
                + " SELECT DATE '2026-11-20', 'v', 'c', 'a', 'p', 'FR', 'PHONE', 'EUR', 1L, 0L, 0L,"
                + " 0L, 1L, 5L, CAST(NULL AS BINARY), 0, 'run'");
  }

  @ParameterizedTest
  @EnumSource(names = {"ANSWER", "BOTH_STATEMENTS"})
  void expiresSnapshotsAtAnyOfItsCommits(LostWrites lost) {
    int writes = Integer.MAX_VALUE;
    for (int write = 1; write <= writes; write++) {
      commits++;
      Table raw = table(RawClicks.TABLE);
      Table rejected = table(RawRejectedClicks.TABLE);
      Table live = table(LiveClicksByMinute.TABLE);
      for (int i = 0; i < 3; i++) {
        landWhole(raw);
        landWhole(rejected);
        Commits.count(live, LANDED, raw.currentSnapshot().snapshotId());
      }
      Map<TableName, Long> rows =
          Map.of(
              RawClicks.TABLE, CatalogChecks.rowsOfWhole(raw),
              RawRejectedClicks.TABLE, CatalogChecks.rowsOfWhole(rejected),
              LiveClicksByMinute.TABLE, CatalogChecks.rowsOfWhole(live));
      int snapshots = (int) raw.snapshots().spliterator().getExactSizeIfKnown();

      writes = lost.during(lake, write, LostAnswersIT::expire);

      rows.forEach((name, n) -> assertThat(CatalogChecks.rowsOfWhole(table(name))).isEqualTo(n));
      Table landings = table(AuditLandings.TABLE);
      CatalogChecks.rowsOfWhole(landings);
      assertThat(
              new Landings(
                      landings, Map.of(RawClicks.TABLE, raw, RawRejectedClicks.TABLE, rejected))
                  .pending()
                  .ranges())
          .isEmpty();
      assertThat(
              lake.spark()
                  .sql(
                      "SELECT 1 FROM audit.landings GROUP BY table_name, snapshot_id HAVING COUNT(*) > 1")
                  .count())
          .isZero();
      raw.refresh();
      assertThat(raw.snapshots()).hasSizeLessThan(snapshots);
    }
    assertThat(writes).isGreaterThanOrEqualTo(4);
  }

  private static void expire() {
    new SnapshotExpiry(LostAnswersIT::table)
        .run(Instant.now().plus(Duration.ofDays(2)), Duration.ZERO);
  }
}
