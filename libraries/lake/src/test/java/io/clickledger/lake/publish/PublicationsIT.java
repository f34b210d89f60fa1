package io.clickledger.lake.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.TestLake;
import io.clickledger.lake.migrate.Migrations;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.ClosedDays;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The pointer and the branches on a real catalog. */
class PublicationsIT {
  private static TestLake lake;

  @BeforeAll
  static void start() {
    lake = TestLake.empty();
    new Migrations().migrate(lake.spark(), Instant.EPOCH);
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void followsThePublicationThatWasReadAndNoOther() throws Exception {
    Table table = LakeTables.load(lake.spark(), BillingPublications.TABLE);
    Publications publications = new Publications(table);
    assertThat(publications.current()).isEmpty();

    publications.append(OptionalLong.empty(), publication(1, "one"));
    assertThat(publications.current()).contains(publication(1, "one"));

    assertThatThrownBy(() -> publications.append(OptionalLong.empty(), publication(1, "late")))
        .isInstanceOf(Publications.StalePublicationException.class)
        .hasMessageContaining("was none, now the current one is 1");
    assertThat(publications.current()).contains(publication(1, "one"));

    // What Spark and Trino see is what was appended.
    lake.spark()
        .sql(
            "SELECT previous_publication_id, through, raw_offsets[1], restated_days[0] FROM"
                + " billing.publications")
        .collectAsList()
        .forEach(
            row -> {
              assertThat(row.isNullAt(0)).isTrue();
              assertThat(row.getTimestamp(1).toInstant())
                  .isEqualTo(Instant.parse("2026-11-21T00:00:00Z"));
              assertThat(row.getLong(2)).isEqualTo(12);
              assertThat(row.getDate(3).toLocalDate()).isEqualTo("2026-11-20");
            });

    onlyOneOfManyAtOnceFollows();

    // A rewrite of files by upkeep in between is no other publication.
    Table other = LakeTables.load(lake.spark(), BillingPublications.TABLE);
    other.newAppend().commit();
    publications.append(OptionalLong.of(2), publication(3, "three"));
    assertThat(publications.current()).contains(publication(3, "three"));
  }

  private void onlyOneOfManyAtOnceFollows() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> nights =
          List.of("a", "b", "c", "d").stream()
              .<Callable<Boolean>>map(
                  run ->
                      () -> {
                        Table table = LakeTables.load(lake.spark(), BillingPublications.TABLE);
                        try {
                          new Publications(table).append(OptionalLong.of(1), publication(2, run));
                          return true;
                        } catch (Publications.StalePublicationException e) {
                          return false;
                        }
                      })
              .toList();
      int published = 0;
      for (Future<Boolean> night : threads.invokeAll(nights)) {
        published += night.get() ? 1 : 0;
      }
      assertThat(published).isEqualTo(1);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aBranchIsInvisibleUntilMainMovesToIt() {
    Table table = LakeTables.load(lake.spark(), BillingClicksByDay.TABLE);
    long published = TableRefs.creation(table);
    TableRefs.create(table, "billing_run_a", published);

    insertOnBranch("billing_run_a");

    assertThat(lake.spark().table("billing.clicks_by_day").count()).isZero();
    TableRefs.fastForward(table, "billing_run_a");
    assertThat(lake.spark().table("billing.clicks_by_day").count()).isEqualTo(1);
    assertThat(TableRefs.startingWith(table, "billing_run_")).containsExactly("billing_run_a");

    // Died before it published: main goes back, and the next branch starts at what is published.
    TableRefs.drop(table, "billing_run_a");
    assertThat(TableRefs.resetMain(table, published)).isTrue();
    assertThat(TableRefs.resetMain(table, published)).isFalse();
    assertThat(lake.spark().table("billing.clicks_by_day").count()).isZero();
    TableRefs.create(table, "billing_run_b", published);
    insertOnBranch("billing_run_b");
    TableRefs.fastForward(table, "billing_run_b");
    long head = TableRefs.head(table, "billing_run_b");
    TableRefs.tag(table, "publication_1", published);
    TableRefs.tag(table, "publication_1", head);
    TableRefs.tag(table, "publication_1", head);
    TableRefs.drop(table, "billing_run_b");

    assertThat(lake.spark().table("billing.clicks_by_day").count()).isEqualTo(1);
    assertThat(table.refs().get("publication_1").snapshotId()).isEqualTo(head);
  }

  private static void insertOnBranch(String branch) {
    lake.spark()
        .sql(
            "INSERT INTO "
                + TableRefs.qualified("billing.clicks_by_day", branch)
                + " SELECT DATE '2026-11-20', 'v', 'c', 'a', 'p', 'FR', 'PHONE', 'EUR', 1L, 0L, 0L,"
                + " 0L, 1L, 5L, CAST(NULL AS BINARY), 0, 'run'");
  }

  @Test
  void theLockIsHeldByOneAtATime() {
    var database = lake.postgres().dataSource();
    Optional<AdvisoryLock> first = AdvisoryLock.take(database, "billing");

    assertThat(first).isPresent();
    assertThat(AdvisoryLock.take(database, "billing")).isEmpty();
    AdvisoryLock.take(database, "other").orElseThrow().close();
    first.get().requireHeld();
    first.get().close();
    assertThatThrownBy(first.get()::requireHeld).hasMessageContaining("was lost");
    AdvisoryLock.take(database, "billing").orElseThrow().close();
  }

  @Test
  void theRefusalOfALockNamesItsHolder() {
    var database = lake.postgres().dataSource();
    try (AdvisoryLock held = AdvisoryLock.take(database, "night").orElseThrow()) {
      assertThat(AdvisoryLock.holder(database, "night")).contains(held.self());
      assertThatThrownBy(() -> AdvisoryLock.await(database, "night", Duration.ZERO))
          .isInstanceOf(AdvisoryLock.HeldException.class)
          .hasMessageContaining("the lock of night is held by clickledger night, process ")
          .hasMessageContaining(
              "session %d of PostgreSQL from 127.0.0.1".formatted(held.self().session()));
    }
    assertThat(AdvisoryLock.holder(database, "night")).isEmpty();
  }

  @Test
  void lakesInOneDatabaseDoNotLockEachOtherOut() {
    var one = lake.postgres().dataSource();
    PGSimpleDataSource other = new PGSimpleDataSource();
    other.setUrl(lake.postgres().jdbcUrl("iceberg"));
    other.setUser(lake.postgres().user());
    other.setPassword(lake.postgres().password());

    try (AdvisoryLock first = AdvisoryLock.take(one, "upkeep").orElseThrow();
        AdvisoryLock second = AdvisoryLock.take(other, "upkeep").orElseThrow()) {
      first.requireHeld();
      second.requireHeld();
    }
  }

  private static Publication publication(long id, String run) {
    return new Publication(
        id,
        Instant.parse("2026-11-21T02:00:00.123456Z"),
        run,
        Instant.parse("2026-11-21T00:00:00Z"),
        Map.of(BillingClicksByDay.TABLE, 7L, BillingClicksByQuarterHour.TABLE, 8L),
        9L,
        Map.of(0, 10L, 1, 12L),
        Instant.parse("2026-11-21T01:59:59.5Z"),
        List.of(LocalDate.parse("2026-11-20")),
        ClosedDays.NONE,
        PublishedTotals.UNKNOWN);
  }
}
