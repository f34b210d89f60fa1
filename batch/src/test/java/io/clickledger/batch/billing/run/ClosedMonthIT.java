package io.clickledger.batch.billing.run;

import static io.clickledger.batch.billing.run.TestClick.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.compare.RunComparison;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.ledger.ClickVoid.NamedClick;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.programs.RefusedException;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RawClicks;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs of two days, one with late clicks, a closed month, an adjustment of it, a voided click. */
class ClosedMonthIT {
  private static final LocalDate FIRST = LocalDate.parse("2026-10-30");

  private static BillingLake lake;
  private static List<Publication> publications;

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
        // Beyond the dedup horizon: another click of the same id.
        click("a2", "2026-09-24T10:00:00Z"),
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
    NamedClick named =
        NamedClick.parse(
            click("a2", "2026-10-30T11:00:00Z").columns().get(RawClicks.CLICK_ID).toString());
    assertThatThrownBy(() -> run(last, voided(named)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("1 click_ids are of several valid clicks: [" + named)
        .hasMessageContaining("of [2026-09-24T10:00:00Z, 2026-10-30T11:00:00Z]]");
    run(last, voided(NamedClick.parse(named + ",2026-10-30T11:00:00Z")));
    publications = new Publications(LakeTables.load(lake.spark(), BillingPublications.TABLE)).all();
  }

  private static BillingTask voided(NamedClick click) {
    return new BillingTask.VoidClicks(
        new TreeSet<>(List.of(click)), "a test of the customer", "ann");
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
    assertThat(new BooksAudit(lake.spark(), FIRST.minusDays(40), end).findings()).isEmpty();

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

  @Test
  void aRunComputedAgainHasTheRowsThatItPublished() {
    assertThat(publications).hasSize(6);
    for (Publication publication : publications) {
      assertThat(rerun(publication)).as("publication " + publication.publicationId()).isEmpty();
    }
    Table days = LakeTables.load(lake.spark(), BillingClicksByDay.TABLE);
    assertThat(days.currentSnapshot().snapshotId())
        .isEqualTo(publications.get(5).snapshotOf(BillingClicksByDay.TABLE));
    assertThat(TableRefs.startingWith(days, "billing_run_")).isEmpty();
  }

  @Test
  void namesTheRowsThatAreNotEqual() {
    Table raw = LakeTables.load(lake.spark(), RawClicks.TABLE);
    long whole = raw.currentSnapshot().snapshotId();
    lake.spark().sql("DELETE FROM raw.clicks WHERE clicked_at = '2026-10-31 13:00:00'");
    try {
      assertThat(rerun(publications.get(1)))
          .anyMatch(
              difference ->
                  difference.startsWith("fraud.click_verdicts: published, not computed again: ["))
          .anyMatch(
              difference ->
                  difference.startsWith("billing.ledger: computed again, not published: ["))
          .noneMatch(difference -> difference.startsWith("billing.periods"));
    } finally {
      TableRefs.resetMain(raw, whole);
    }
  }

  @Test
  void refusesARunThatPublishedNothing() {
    assertThatThrownBy(
            () -> new RerunJob(lake.spark(), settings(), line -> {}).run("20261030_00000000"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no publication of run 20261030_00000000");
  }

  @Test
  void theDifferenceOfTwoRunsHasCauses() {
    String third = publications.get(2).runId();
    String last = publications.get(5).runId();

    RunComparison comparison = RunComparison.of(lake.spark(), publications, last, third);

    assertThat(comparison.isExplained()).isTrue();
    assertThat(String.join("\n", comparison.lines()))
        .contains("run " + third + ", publication 3, and run " + last + ", publication 6")
        .contains("snapshot of ref.publishers: ")
        .doesNotContain("snapshot of ref.ads: ", "fraud rules: ")
        .containsPattern("NEW_DAYS +\\+2 +\\+2 +\\+14,000 EUR")
        .containsPattern("LATE_CLICKS\\S* +\\+1 +\\+1 +\\+7,000 EUR")
        .containsPattern("ADVERTISER_RECEIVABLE +CHARGED_FIRST +\\+14,000 EUR")
        .containsPattern("ADVERTISER_RECEIVABLE +LATE_CLICKS\\S* +\\+7,000 EUR")
        .containsPattern("ADVERTISER_RECEIVABLE +VOIDED_CLICKS +-7,000 EUR")
        // A late click of one day, and the new share of the day after it: each may be of both.
        .containsPattern("PUBLISHER_PAYABLE +LATE_CLICKS\\+TERMS +-3,500 EUR");
  }

  @Test
  void whatNobodyRestatedIsUnexplained() {
    List<Publication> changed = new ArrayList<>(publications);
    changed.set(
        5,
        BooksAudit.with(
            lake.spark(),
            publications.get(5),
            Map.of(
                BillingClicksByDay.TABLE,
                List.of(
                    "UPDATE billing.clicks_by_day SET valid_clicks = valid_clicks + 1 WHERE day = DATE '2026-10-31'"))));

    RunComparison comparison =
        RunComparison.of(lake.spark(), changed, changed.get(4).runId(), changed.get(5).runId());

    assertThat(comparison.isExplained()).isFalse();
    assertThat(String.join("\n", comparison.lines()))
        .containsPattern("UNEXPLAINED +\\+0 +\\+1 +\\+0 EUR");
  }

  private static List<String> rerun(Publication publication) {
    return new RerunJob(lake.spark(), settings(), line -> {}).run(publication.runId());
  }
}
