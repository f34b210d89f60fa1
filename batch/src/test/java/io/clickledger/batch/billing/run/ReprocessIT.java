package io.clickledger.batch.billing.run;

import static io.clickledger.batch.billing.run.TestClick.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.programs.RefusedException;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.rules.fraud.FraudRules;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Days of a closed month, with clicks of a robot, and rules that stop counting it. */
class ReprocessIT {
  private static final LocalDate FIRST = LocalDate.parse("2026-10-30");
  private static final LocalDate LAST = FIRST.plusDays(2);

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
        BillingRunDays.start(LAST.plusDays(1)),
        List.of(
            click("a", "2026-10-30T10:00:00Z"),
            click("b", "2026-10-31T10:00:00Z"),
            click("robot", "2026-10-31T11:00:00Z").flagged("data-centre")));
    assertThat(run(new BillingTask.MakeFinal(), false))
        .isInstanceOf(BillingRunOutcome.Published.class);
    assertThat(run(new BillingTask.ClosePeriod(YearMonth.of(2026, 10), Optional.empty()), false))
        .isInstanceOf(BillingRunOutcome.Published.class);
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void judgesAClosedMonthAgainByNewRulesAndAdjustsIt() {
    BillingTask all = new BillingTask.Reprocess(FIRST, LAST);
    assertThat(run(all, false)).isInstanceOf(BillingRunOutcome.Unchanged.class);
    FraudRulesPublication.publish(
        lake.postgres().dataSource(), FraudRules.parse(TestRules.without("data-centre")));

    assertThat(run(all, true).toString())
        .containsPattern("2026-10-31 +2 +1 -> 2 +.*rules.* +0.007 -> 0.014 EUR")
        .doesNotContain("2026-10-30  ");
    assertThat(adjustments()).isEmpty();
    assertThat(run(all, false)).isInstanceOf(BillingRunOutcome.Published.class);

    assertThat(adjustments())
        .containsExactly(
            "2026-10-31 2026-11-01 ADVERTISER_RECEIVABLE 7000 RULES",
            "2026-10-31 2026-11-01 PLATFORM_REVENUE -2100 RULES",
            "2026-10-31 2026-11-01 PUBLISHER_PAYABLE -4900 RULES");
    assertThat(run(all, false)).isInstanceOf(BillingRunOutcome.Unchanged.class);
  }

  @Test
  void refusesDaysThatAreNotFinal() {
    assertThatThrownBy(() -> run(new BillingTask.Reprocess(LAST, LAST.plusDays(2)), false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("must be final already, was " + LAST.plusDays(1));
    assertThatThrownBy(() -> new BillingTask.Reprocess(LAST, LAST))
        .isInstanceOf(WrongUsageException.class);
  }

  private static List<String> adjustments() {
    return lake
        .spark()
        .sql(
            "SELECT concat_ws(' ', billing_day, booked_on, account, debit_micros - credit_micros,"
                + " array_join(causes, '+')) FROM billing.adjustments ORDER BY 1")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static BillingRunOutcome run(BillingTask task, boolean isDryRun) {
    Clock clock =
        Clock.fixed(BillingRunDays.start(LAST.plusDays(1)).plusSeconds(7_200), ZoneOffset.UTC);
    return new RollUpClicksJob(lake.spark(), lake.settings(), clock, line -> {})
        .run(new BillingRunOptions(LAST, new TreeSet<>(), 0, 0, Optional.empty(), isDryRun, task));
  }
}
