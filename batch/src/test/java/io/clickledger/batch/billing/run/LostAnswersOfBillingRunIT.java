package io.clickledger.batch.billing.run;

import static io.clickledger.batch.billing.run.TestClick.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.lake.CatalogChecks;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTag;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.sandbox.parts.LossyPostgres.Loss;
import io.clickledger.schemas.AuditQualityMetrics;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.schemas.Tables;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Billing runs that lose the catalog's answers, or a commit itself: each publishes what an
 * undisturbed night does, at once or when it is run again.
 */
class LostAnswersOfBillingRunIT {
  private static final LocalDate FIRST = LocalDate.parse("2026-06-01");

  /** How many commits an undisturbed night makes at least: a night that makes fewer is no night. */
  private static final int MIN_COMMITS = 50;

  private static BillingLake lake;
  private static LocalDate day = FIRST;

  /** The tables of the commits of an undisturbed night, in order. */
  private static List<TableName> commits;

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    FraudRulesPublication.publish(lake.postgres().dataSource(), FraudRules.shipped());
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-1', 'V', 'UTC', 'EUR')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-1', 'v-1', 'C', '2026-01-01')",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'c-1', 'A', 250000)",
        "INSERT INTO metadata.publishers VALUES ('publisher-1', 'P', 'example.com', 70)");
    land();
    night();
    land();
    lake.lossy().lose(Loss.ANSWER, number -> false);
    night();
    commits = lake.lossy().parameters().stream().map(LostAnswersOfBillingRunIT::table).toList();
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void publishInOneRunWhicheverAnswerIsLost() {
    land();
    // The catalog's client says everything twice, and hears the second answer.
    lake.lossy().lose(Loss.ANSWER, number -> number % 2 == 1);

    night();

    assertThat(lake.lossy().seen()).isEqualTo(2 * commits.size());
    assertRight("first answers lost");
    land();
    lake.lossy().lose(Loss.ANSWER, number -> true);

    night();

    assertThat(lake.lossy().seen()).isEqualTo(2 * commits.size());
    assertRight("all answers lost");
    assertWhole();
  }

  @Test
  void publishWhatTheyShouldAfterACommitWasLost() {
    assertThat(commits).hasSizeGreaterThan(MIN_COMMITS);
    for (int commit : lost()) {
      String which = "commit %d, of %s".formatted(commit, commits.get(commit - 1));
      land();
      // Both times that the catalog's client sends it.
      lake.lossy().lose(Loss.STATEMENT, number -> number == commit || number == commit + 1);

      assertThatThrownBy(LostAnswersOfBillingRunIT::night)
          .as(which)
          .isInstanceOf(CommitStateUnknownException.class);
      lake.lossy().seen();
      night();

      assertRight(which);
    }
    assertWhole();
  }

  /**
   * The commits that are lost in turn: each costs two billing runs. All of them with
   * -Dclickledger.every-commit=true; else those after which a billing run stops with one table
   * ahead of the other, and with all but the pointer.
   */
  private static SortedSet<Integer> lost() {
    return new TreeSet<>(
        Boolean.getBoolean("clickledger.every-commit")
            ? IntStream.rangeClosed(1, commits.size()).boxed().toList()
            : List.of(
                // The ledger's rows, after its branch.
                next(BillingLedger.TABLE, next(BillingLedger.TABLE, 0)),
                // Main of the days, after that of the quarter hours.
                next(BillingClicksByDay.TABLE, next(AuditQualityMetrics.TABLE, 0)),
                next(BillingPublications.TABLE, 0)));
  }

  /** The number of the first commit to the table after the one with a number. */
  private static int next(TableName table, int number) {
    int found = commits.subList(number, commits.size()).indexOf(table);
    assertThat(found).as("a commit to %s after commit %d", table, number).isNotNegative();
    return number + found + 1;
  }

  /** The table that a write of Iceberg's JDBC catalog commits to. */
  private static TableName table(List<String> parameters) {
    String location = parameters.get(0);
    return Tables.ALL.stream()
        .filter(table -> location.contains("/" + table.toString().replace('.', '/') + "/"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("a commit to no table: " + parameters));
  }

  /** A new day's clicks, with a late one of the day before, and news in every metadata table. */
  private static void land() {
    day = day.plusDays(1);
    String key = day.toString();
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-%1$s', 'V', 'UTC', 'EUR')".formatted(key),
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-%1$s', 'v-%1$s', 'C', '2026-01-01')".formatted(key),
        "INSERT INTO metadata.ads VALUES ('ad-%1$s', 'c-%1$s', 'A', 250000)".formatted(key),
        "INSERT INTO metadata.publishers VALUES ('p-%1$s', 'P', 'example.com', 70)".formatted(key));
    lake.land(
        BillingRunDays.start(day.plusDays(1)).plusSeconds(3_600),
        List.of(
            click("one-" + key, day + "T10:00:00Z"),
            click("two-" + key, day + "T10:20:00Z"),
            click("two-" + key, day + "T10:20:01Z"),
            click("late-" + key, day.minusDays(1) + "T23:00:00Z")));
  }

  private static BillingRunOutcome night() {
    Clock clock =
        Clock.fixed(BillingRunDays.start(day.plusDays(1)).plusSeconds(7_200), ZoneOffset.UTC);
    return new RollUpClicksJob(lake.spark(), lake.settings(), clock, line -> {})
        .run(BillingRunOptions.of(day));
  }

  private static void assertRight(String what) {
    Oracle.Metadata metadata = Oracle.Metadata.of(new MetadataStore(lake.postgres().dataSource()));
    SortedSet<LocalDate> days =
        new TreeSet<>(FIRST.plusDays(1).datesUntil(day.plusDays(1)).toList());
    days.add(FIRST);
    assertThat(FinalRows.of(published(BillingClicksByQuarterHour.TABLE), "quarter_hour"))
        .as(what)
        .isEqualTo(Oracle.quarterHours(lake.landed(), metadata, days));
    assertThat(FinalRows.of(published(BillingClicksByDay.TABLE), "day"))
        .as(what)
        .isEqualTo(Oracle.days(lake.landed(), metadata, days));
    Publication current = current();
    assertThat(current.through()).as(what).isEqualTo(BillingRunDays.start(day.plusDays(1)));
    assertThat(current.restatedDays()).as(what).containsExactly(day.minusDays(1));
    for (TableName table : BillingRunBranch.TABLES) {
      Table iceberg = LakeTables.load(lake.spark(), table);
      assertThat(TableRefs.startingWith(iceberg, "billing_run_")).as(what).isEmpty();
      assertThat(iceberg.refs().get(PublishedTag.NAME).snapshotId())
          .as(what)
          .isEqualTo(current.snapshotOf(table));
    }
    assertThat(LakeTables.load(lake.spark(), RawClicks.TABLE).refs()).as(what).hasSize(1);
  }

  /** Every table reads, and nothing is in one twice. */
  private static void assertWhole() {
    for (TableName table : Tables.ALL) {
      CatalogChecks.rowsOfWhole(LakeTables.load(lake.spark(), table));
    }
    long nights = day.toEpochDay() - FIRST.toEpochDay();
    assertThat(current().publicationId()).isEqualTo(nights);
    assertOnce(BillingPublications.TABLE.toString(), "publication_id");
    assertOnce("billing.runs", "run_id");
    assertOnce("audit.quality_metrics", "run_id, table_name, metric, instance");
    for (String table : List.of("advertisers", "campaigns", "ads", "publishers")) {
      assertOnce("ref." + table, "version_id");
      // One of each night, and the one that all clicks are of.
      assertThat(lake.spark().table("ref." + table).count()).isEqualTo(nights + 1);
    }
  }

  private static void assertOnce(String table, String key) {
    assertThat(
            lake.spark()
                .sql("SELECT 1 FROM %s GROUP BY %s HAVING COUNT(*) > 1".formatted(table, key))
                .count())
        .as("rows that are in %s twice", table)
        .isZero();
  }

  private static Publication current() {
    return new Publications(LakeTables.load(lake.spark(), BillingPublications.TABLE))
        .current()
        .orElseThrow();
  }

  private static Dataset<Row> published(TableName table) {
    return lake.spark()
        .read()
        .option("snapshot-id", current().snapshotOf(table))
        .table(table.toString());
  }
}
