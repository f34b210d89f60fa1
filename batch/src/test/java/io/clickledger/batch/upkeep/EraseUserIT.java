package io.clickledger.batch.upkeep;

import static io.clickledger.batch.billing.run.TestClick.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.billing.run.BillingLake;
import io.clickledger.batch.billing.run.BillingRunOutcome;
import io.clickledger.batch.billing.run.TestClick;
import io.clickledger.lake.LakeTables;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.programs.RefusedException;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.privacy.Pseudonyms;
import io.clickledger.schemas.RawClicks;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A user with clicks of a closed day and of an open one, beside another user. */
class EraseUserIT {
  private static final LocalDate OPEN = LocalDate.parse("2026-08-20");
  private static final Instant NIGHT = Instant.parse("2026-08-21T02:00:00Z");
  private static final TestClick FIRST = click("a", "2026-06-01T10:00:00Z").by("x", "ad-1", "home");

  private static BillingLake lake;

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-1', 'One', 'UTC', 'EUR')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-1', 'v-1', 'C1', '2026-01-01')",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'c-1', 'A1', 7000)",
        "INSERT INTO metadata.publishers VALUES ('publisher-1', 'P1', 'news.example', 70)");
    FraudRulesPublication.publish(lake.postgres().dataSource(), FraudRules.shipped());
    lake.land(
        Instant.parse("2026-06-01T20:00:00Z"),
        List.of(
            FIRST,
            FIRST,
            click("b", "2026-06-01T11:00:00Z").by("y", "ad-1", "home"),
            click("c", "2026-06-01T12:00:00Z").by("x", "ad-1", "work")));
    lake.land(
        Instant.parse("2026-08-20T20:00:00Z"),
        List.of(click("d", "2026-08-20T10:00:00Z").by("x", "ad-1", "home")));
    lake.night(OPEN, NIGHT);
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void erasesAUserOfClosedDaysAndMovesNoTotalOrBill() {
    Table raw = LakeTables.load(lake.spark(), RawClicks.TABLE);
    long whole = raw.currentSnapshot().snapshotId();
    UserRows user = users("1", FIRST);
    List<String> proof = new ArrayList<>();
    EraseUserJob job = new EraseUserJob(lake.spark(), lake.settings(), proof::add);

    assertThat(job.run(user, EraseUserJob.Mode.DRY_RUN)).isEqualTo(new EraseUserJob.Outcome(3, 1));
    raw.refresh();
    assertThat(raw.currentSnapshot().snapshotId()).isEqualTo(whole);

    assertThat(job.run(user, EraseUserJob.Mode.ERASE)).isEqualTo(new EraseUserJob.Outcome(3, 1));

    assertThat(rows())
        .containsExactly(
            "2026-06-01 10:00:00 null null null",
            "2026-06-01 10:00:00 null null null",
            "2026-06-01 11:00:00 true true true",
            "2026-06-01 12:00:00 null null null",
            "2026-08-20 10:00:00 true true true");
    assertThat(proof)
        .anyMatch(line -> line.startsWith("before: 4 rows of raw.clicks, digest of their other"))
        .anyMatch(line -> line.endsWith("until they expire"));
    assertThat(job.run(user, EraseUserJob.Mode.ERASE)).isEqualTo(new EraseUserJob.Outcome(0, 1));
    assertThat(lake.night(OPEN, NIGHT.plusSeconds(3_600)))
        .isInstanceOf(BillingRunOutcome.Unchanged.class);
  }

  @Test
  void refusesWhereAKeyIsMissing() {
    assertThatThrownBy(
            () ->
                new EraseUserJob(lake.spark(), lake.settings(), line -> {})
                    .run(users("2", FIRST), EraseUserJob.Mode.ERASE))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("users under the keys [1]");
  }

  @Test
  void aUserIsHashedUnderEveryKey() {
    Pseudonyms now = new Pseudonyms("2", new byte[16]);
    Pseudonyms before = new Pseudonyms("1", new byte[32]);

    UserRows rows = EraseUserMain.users(List.of("someone"), List.of(now, before));

    assertThat(rows.hashesByKey()).containsOnlyKeys("1", "2");
    assertThat(rows.hashesByKey().get("1")).containsExactly(before.of("someone"));
    assertThatThrownBy(() -> EraseUserMain.users(List.of("undefined"), List.of(now)))
        .isInstanceOf(WrongUsageException.class);
  }

  private static UserRows users(String key, TestClick click) {
    TreeSet<String> hashes = new TreeSet<>();
    hashes.add(click.columns().get(RawClicks.USER_HASH).toString());
    TreeMap<String, SortedSet<String>> byKey = new TreeMap<>();
    byKey.put(key, hashes);
    return new UserRows(byKey);
  }

  private static List<String> rows() {
    return lake
        .spark()
        .sql(
            "SELECT concat_ws(' ', date_format(clicked_at, 'yyyy-MM-dd HH:mm:ss'),"
                + " if(user_hash IS NULL, 'null', 'true'), if(ip_hash IS NULL, 'null', 'true'),"
                + " if(user_agent IS NULL, 'null', 'true')) FROM raw.clicks ORDER BY 1")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
