package io.clickledger.batch.billing.run;

import static io.clickledger.batch.billing.run.TestClick.click;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RawClicks;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs of two days, one with late clicks, a closed month, an adjustment of it, a voided click. */
class ClosedMonthIT {
  private static final LocalDate FIRST = LocalDate.parse("2026-10-30");

  private static BillingLake lake;

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-1', 'One', 'Europe/Paris', 'EUR')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-1', 'v-1', 'C1', '2026-01-01')",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'c-1', 'A1', 7000)",
        "INSERT INTO metadata.publishers VALUES ('publisher-1', 'P1', 'news.example', 70)");
    FraudRulesPublication.publish(lake.postgres().dataSource(), FraudRules.shipped());
    land(
        FIRST,
        click("a1", "2026-10-30T10:00:00Z"),
        click("a2", "2026-10-30T11:00:00Z"),
        click("a3", "2026-10-30T12:00:00Z"),
        click("a3", "2026-10-30T12:00:00Z"));
    run(FIRST, new BillingTask.MakeFinal());
    LocalDate second = FIRST.plusDays(1);
    land(
        second,
        click("b1", "2026-10-31T13:00:00Z"),
        click("b2", "2026-10-31T14:00:00Z"),
        click("late", "2026-10-30T13:00:00Z"),
        click("a1", "2026-10-30T10:00:00Z"));
    run(second, new BillingTask.MakeFinal());
    LocalDate third = FIRST.plusDays(2);
    run(third, new BillingTask.MakeFinal());
    run(third, new BillingTask.ClosePeriod(YearMonth.of(2026, 10), Optional.empty()));
    lake.metadata(
        "SET clickledger.valid_from = '2026-10-31 12:00:00+00'",
        "UPDATE metadata.publishers SET revenue_share_percent = 60",
        "RESET clickledger.valid_from");
    LocalDate last = FIRST.plusDays(3);
    land(
        last,
        click("d1", "2026-11-02T10:00:00Z"),
        click("d2", "2026-11-02T11:00:00Z"),
        click("later", "2026-10-30T14:00:00Z"));
    run(last, new BillingTask.MakeFinal());
    Object voided = click("a2", "2026-10-30T11:00:00Z").columns().get(RawClicks.CLICK_ID);
    run(
        last,
        new BillingTask.VoidClicks(
            new TreeSet<>(List.of(voided.toString())), "a test of the customer", "ann"));
  }

  private static void land(LocalDate day, TestClick... clicks) {
    lake.land(BillingRunDays.start(day.plusDays(1)).plusSeconds(3_600), List.of(clicks));
  }

  private static void run(LocalDate day, BillingTask task) {
    Clock clock =
        Clock.fixed(BillingRunDays.start(day.plusDays(1)).plusSeconds(7_200), ZoneOffset.UTC);
    assertThat(
            new RollUpClicksJob(lake.spark(), settings(), clock, line -> {})
                .run(
                    new BillingRunOptions(
                        day, new TreeSet<>(), 0, 0, Optional.empty(), false, task)))
        .isInstanceOf(BillingRunOutcome.Published.class);
  }

  /** Late clicks are added to their days, however few clicks these have. */
  private static BatchSettings settings() {
    BatchSettings base = lake.settings();
    BatchSettings.Billing billing = base.billing();
    return new BatchSettings(
        base.lake(),
        base.metadata(),
        base.privacy(),
        new BatchSettings.Billing(
            billing.dedupHorizon(), billing.closeAfter(), 1, billing.maxClicksAtOnce()),
        base.fraud(),
        base.upkeep());
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void theAuditFindsWhatIsChargedOrChangedWrongly() {
    LocalDate end = FIRST.plusDays(5);
    BooksAudit audit = new BooksAudit(lake.spark(), FIRST, end);
    assertThat(audit.findings()).isEmpty();
    assertThat(new BooksAudit(lake.spark(), FIRST.plusDays(1), end).findings()).isEmpty();

    List<String> findings =
        audit.findingsWith(
            Map.of(
                BillingLedger.TABLE,
                List.of(
                    "UPDATE billing.ledger SET credit_micros = credit_micros + CASE account WHEN 'PUBLISHER_PAYABLE' THEN 2 WHEN 'PLATFORM_REVENUE' THEN -2 ELSE 0 END WHERE billing_day = DATE '2026-10-31'",
                    "DELETE FROM billing.ledger WHERE billing_day = DATE '2026-11-02' AND account = 'PLATFORM_REVENUE'"),
                FraudClickVerdicts.TABLE,
                List.of(
                    "UPDATE fraud.click_verdicts SET price_micros = price_micros + 1 WHERE clicked_at >= '2026-11-02'")));

    assertThat(findings)
        .anyMatch(
            finding ->
                finding.startsWith(
                    "billing.ledger: publication 4, which closed the period, does not have: "))
        .anyMatch(
            finding ->
                finding.startsWith(
                    "billing.ledger: debits of campaign c-1 on 2026-11-02 are 14000 micros EUR"))
        .anyMatch(finding -> finding.contains("has price 7001 and campaign c-1"))
        .anyMatch(
            finding ->
                finding.startsWith(
                    "2026-10-31, campaign c-1, publisher publisher-1, EUR: PUBLISHER_PAYABLE has -8402 micros"));
  }
}
