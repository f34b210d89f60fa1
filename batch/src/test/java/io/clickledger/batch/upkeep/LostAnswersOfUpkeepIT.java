package io.clickledger.batch.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.run.BillingLake;
import io.clickledger.batch.billing.run.StreamedLake;
import io.clickledger.batch.billing.run.StreamedLake.Arrival;
import io.clickledger.batch.billing.run.TestClick;
import io.clickledger.lake.CatalogChecks;
import io.clickledger.lake.LakeTables;
import io.clickledger.sandbox.parts.LossyPostgres.Loss;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.schemas.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Upkeep that loses the catalog's answers, or a commit itself: readers count the same after it, and
 * what was to be done is done, at once or when it is run again.
 */
class LostAnswersOfUpkeepIT {
  /** Longer than partials and rejected clicks are kept. */
  private static final Duration STEP = Duration.ofDays(40);

  private static final int HOURS = 2;
  private static final int LANDINGS = 3;

  /**
   * A run makes no fewer: landings recorded, four tables expired, live folded, two tables with old
   * days deleted, two compacted in each of two hours.
   */
  private static final int MIN_COMMITS = 10;

  /** Some of the commits; each of them with -Dclickledger.every-commit=true. */
  private static final int STRIDE = Boolean.getBoolean("clickledger.every-commit") ? 1 : 5;

  private static BillingLake lake;
  private static StreamedLake streams;

  /** Later than the machine's clock, so that every snapshot may expire. */
  private static Instant now = Instant.parse("2100-01-01T12:00:00Z");

  private static int rounds;

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    streams = new StreamedLake(lake.spark(), "topic-id");
    land();
    upkeep();
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void completesInOneRunWhicheverAnswerIsLost() {
    land();
    // The catalog's client says everything twice, and hears the second answer.
    lake.lossy().lose(Loss.ANSWER, number -> number % 2 == 1);

    upkeep();

    assertThat(lake.lossy().seen()).isGreaterThanOrEqualTo(2 * MIN_COMMITS);
    assertRight("first answers lost");
    land();
    lake.lossy().lose(Loss.ANSWER, number -> true);

    upkeep();

    assertThat(lake.lossy().seen()).isGreaterThanOrEqualTo(2 * MIN_COMMITS);
    assertRight("all answers lost");
  }

  @Test
  void doesAllWhenRunAgainAfterACommitWasLost() {
    int commits = Integer.MAX_VALUE;
    for (int i = 1; i <= commits; i += STRIDE) {
      int commit = i;
      land();
      // Both times that the catalog's client sends it.
      lake.lossy().lose(Loss.STATEMENT, number -> number == commit || number == commit + 1);
      try {
        upkeep();
        commits = lake.lossy().seen();
      } catch (CommitStateUnknownException e) {
        lake.lossy().seen();
        upkeep();
      }
      assertRight("commit " + commit);
    }
    assertThat(commits).isGreaterThanOrEqualTo(MIN_COMMITS);
  }

  /** Some landings in each of some hours: a click and a record that is none. */
  private static void land() {
    now = now.plus(STEP);
    for (int hour = 0; hour < HOURS; hour++) {
      for (int landing = 0; landing < LANDINGS; landing++) {
        Instant landedAt =
            now.minus(Duration.ofHours(HOURS - hour)).plus(Duration.ofMinutes(5L * landing));
        streams.land(
            landedAt,
            List.of(
                new Arrival.Clicked(
                    0, TestClick.click("click-" + landedAt, landedAt.minusSeconds(1).toString())),
                new Arrival.Refused(0)));
        streams.count();
      }
    }
    rounds++;
  }

  private static void upkeep() {
    // All hours of the landings are over by then.
    TestUpkeep.run(lake.spark(), lake.settings(), now.plus(Duration.ofHours(HOURS)));
  }

  private static void assertRight(String what) {
    long landed = (long) HOURS * LANDINGS;
    assertThat(CatalogChecks.rowsOfWhole(table(RawClicks.TABLE)))
        .as(what)
        // Nothing was published: a first billing run would need all of it.
        .isEqualTo(landed * rounds);
    // What landed before is deleted by age.
    assertThat(CatalogChecks.rowsOfWhole(table(RawRejectedClicks.TABLE)))
        .as(what)
        .isEqualTo(landed);
    assertThat(
            lake.spark()
                .sql("SELECT SUM(gross_clicks) FROM live.clicks_by_minute")
                .first()
                .getLong(0))
        .as(what)
        .isEqualTo(landed);
    assertThat(files(RawRejectedClicks.TABLE)).as(what).isEqualTo(HOURS);
    assertThat(files(LiveClicksByMinute.TABLE)).as(what).isEqualTo(HOURS);
    assertThat(
            lake.spark()
                .sql(
                    "SELECT 1 FROM audit.landings GROUP BY table_name, snapshot_id,"
                        + " kafka_partition HAVING COUNT(*) > 1")
                .count())
        .as(what)
        .isZero();
    for (TableName name : Tables.ALL) {
      CatalogChecks.rowsOfWhole(table(name));
    }
  }

  private static long files(TableName name) {
    return Long.parseLong(table(name).currentSnapshot().summary().get("total-data-files"));
  }

  private static Table table(TableName name) {
    return LakeTables.load(lake.spark(), name);
  }
}
