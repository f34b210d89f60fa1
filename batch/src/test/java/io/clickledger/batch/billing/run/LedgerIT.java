package io.clickledger.batch.billing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.run.LedgerOracle.Campaign;
import io.clickledger.batch.billing.run.LedgerOracle.Net;
import io.clickledger.batch.ledger.ClickVoid.NamedClick;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.batch.reconcile.OpenDifferences;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.TableName;
import java.sql.Date;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The ledger over billing runs of four time zones and three currencies, around the end of summer
 * time: equal to the micro to what the definition gives, click by click.
 */
class LedgerIT {
  private static final LocalDate FIRST = LocalDate.parse("2026-10-23");
  private static final String UNEXPLAINED = "UNEXPLAINED";
  private static final YearMonth OCTOBER = YearMonth.parse("2026-10");
  private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");
  private static final ZoneId KATHMANDU = ZoneId.of("Asia/Kathmandu");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final List<String> ADS = List.of("ad-jp", "ad-np", "ad-de", "ad-us", "ad-unknown");

  /** The metadata know the last one late. */
  private static final List<String> PUBLISHERS = List.of("p-1", "p-2", "p-1", "p-2", "p-3");

  private static final List<Campaign> CAMPAIGNS =
      List.of(
          new Campaign(
              "c-jp", "v-jp", TOKYO, "JPY", LocalDate.parse("2026-10-25"), null, null, null),
          new Campaign(
              "c-np", "v-np", KATHMANDU, "BHD", LocalDate.parse("2026-01-01"), null, 1_500L, null),
          new Campaign(
              "c-de", "v-de", BERLIN, "EUR", LocalDate.parse("2026-01-01"), null, null, 9_000_000L),
          new Campaign(
              "c-us",
              "v-us",
              NEW_YORK,
              "EUR",
              LocalDate.parse("2026-01-01"),
              LocalDate.parse("2026-10-26"),
              5_000_000L,
              12_000_000L));

  private static final Map<String, Long> PRICES =
      Map.of("ad-jp", 1_000_000L, "ad-np", 101L, "ad-de", 250_003L, "ad-us", 333_333L);

  private static BillingLake lake;
  private static BatchSettings settings;
  private static LedgerOracle oracle;
  private static Random random;
  private static int sent;

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    BatchSettings base = lake.settings();
    // So that late clicks are added to most days, and some days are judged again.
    settings =
        new BatchSettings(
            base.lake(),
            base.metadata(),
            base.privacy(),
            new BatchSettings.Billing(
                BillingLake.DEDUP_HORIZON, BillingLake.DEDUP_HORIZON.multipliedBy(2), 0.15, 500),
            base.fraud(),
            base.upkeep());
    oracle = new LedgerOracle();
    random = new Random(7);
    // Clicks of unknown publishers are valid.
    FraudRulesPublication.publish(
        lake.postgres().dataSource(),
        TestRules.without(Set.of("velocity", "repeat-click", "publisher-mismatch"), "ledger-1"));
    for (Campaign campaign : CAMPAIGNS) {
      String ad = campaign.id().replace("c-", "ad-");
      lake.metadata(
          "INSERT INTO metadata.advertisers VALUES ('%s', 'V', '%s', '%s')"
              .formatted(campaign.advertiser(), campaign.zone(), campaign.currency()),
          "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on, ends_on, daily_budget_micros, total_budget_micros) VALUES ('%s', '%s', 'C', '%s', %s, %s, %s)"
              .formatted(
                  campaign.id(),
                  campaign.advertiser(),
                  campaign.starts(),
                  campaign.ends() == null ? "NULL" : "'" + campaign.ends() + "'",
                  campaign.daily(),
                  campaign.total()),
          "INSERT INTO metadata.ads VALUES ('%s', '%s', 'A', %d)"
              .formatted(ad, campaign.id(), PRICES.get(ad)));
      oracle.campaign(campaign, ad, PRICES.get(ad));
    }
    lake.metadata(
        "INSERT INTO metadata.publishers VALUES ('p-1', 'P1', 'news.example', 70)",
        "INSERT INTO metadata.publishers VALUES ('p-2', 'P2', 'other.example', 33.33)");
    oracle.share("p-1", Instant.EPOCH, "70");
    oracle.share("p-2", Instant.EPOCH, "33.33");
    changeInsideOfADay();
  }

  private static void changeInsideOfADay() {
    Instant price = Instant.parse("2026-10-25T09:07:00Z");
    Instant share = Instant.parse("2026-10-25T11:00:00Z");
    lake.metadata(
        "SET clickledger.valid_from = '" + price + "'",
        "UPDATE metadata.ads SET cpc_micros = 300007 WHERE ad_id = 'ad-de'",
        "RESET clickledger.valid_from");
    lake.metadata(
        "SET clickledger.valid_from = '" + share + "'",
        "UPDATE metadata.publishers SET revenue_share_percent = 45.67 WHERE publisher_id = 'p-2'",
        "RESET clickledger.valid_from");
    oracle.price("ad-de", price, 300_007);
    oracle.share("p-2", share, "45.67");
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void isWhatTheDefinitionGives() {
    for (LocalDate day : List.of(FIRST, FIRST.plusDays(1), FIRST.plusDays(2))) {
      land(day, clicks(day, 90));
      night(day);
    }
    // Late clicks of all days, some of which are in the middle of what is past a budget.
    LocalDate day = FIRST.plusDays(3);
    List<TestClick> late = new ArrayList<>(clicks(day, 90));
    FIRST.datesUntil(day).forEach(earlier -> late.addAll(clicks(earlier, 9)));
    land(day, late);
    night(day);
    closesAMonth();
    correctsWhatIsClosed();
    takesBackVoidedClicks();
    followsTermsThatChanged();
  }

  private static void closesAMonth() {
    LocalDate day = LocalDate.parse("2026-11-02");
    List<TestClick> clicks = clicks(LocalDate.parse("2026-10-31"), 40);
    clicks.addAll(clicks(LocalDate.parse("2026-11-01"), 40));
    land(day, clicks);
    night(day);
    BillingTask tooEarly =
        new BillingTask.ClosePeriod(YearMonth.parse("2026-11"), Optional.of("v-de"));
    assertThatThrownBy(() -> run(day, tooEarly))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("2026-11 of advertiser v-de ends at 2026-11-30T23:00:00Z");
    BillingTask close = new BillingTask.ClosePeriod(OCTOBER, Optional.empty());

    openDifferences(day);
    assertThatThrownBy(() -> run(day, close))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(
            "a period is closed without unexplained differences: live and final differ by 503"
                + " (clicks and micros of all measures) without a cause: 2026-10-24 campaign c-de"
                + " cost_micros -500 EUR; 2026-10-24 campaign c-de valid_clicks -3 EUR.");
    assertThat(published(BillingPeriods.TABLE).isEmpty()).isTrue();
    assertThat(run(day, close, 503)).isInstanceOf(BillingRunOutcome.Published.class);
    assertThat(
            lake.spark()
                .table("billing.runs")
                .where("run_id = '%s'".formatted(current().runId()))
                .first()
                .<Long>getAs("unexplained_difference"))
        .isEqualTo(503);

    CAMPAIGNS.forEach(campaign -> oracle.close(campaign.advertiser(), OCTOBER));
    charge(day);
    assertThat(published(BillingPeriods.TABLE).count()).isEqualTo(CAMPAIGNS.size());
    assertThat(run(day, close)).isInstanceOf(BillingRunOutcome.Unchanged.class);
  }

  /** What a published run did not accept, and what another one found that was stopped. */
  private static void openDifferences(LocalDate day) {
    String row =
        "('%s', DATE '%s', TIMESTAMP '%s 10:00:00', 'c-de', 'EUR', '%s', 7, 7, '%s', %d, TIMESTAMP"
            + " '2026-11-03 00:00:00')";
    String run = current().runId();
    lake.spark()
        .sql(
            "INSERT INTO audit.reconciliation VALUES "
                + String.join(
                    ", ",
                    row.formatted(
                        run, FIRST.plusDays(1), FIRST.plusDays(1), "valid_clicks", UNEXPLAINED, -3),
                    row.formatted(
                        run,
                        FIRST.plusDays(1),
                        FIRST.plusDays(1),
                        "cost_micros",
                        UNEXPLAINED,
                        -500),
                    row.formatted(run, FIRST, FIRST, "valid_clicks", "RESCORED", -5),
                    row.formatted(run, day, day, "valid_clicks", UNEXPLAINED, -7),
                    row.formatted("stopped", FIRST, FIRST, "valid_clicks", UNEXPLAINED, 11)));
    assertThat(openMessage(settings.upkeep().keepLive())).contains("differ by 503 ");
    // Live had forgotten the day when it became final: nothing superseded what was found before.
    assertThat(openMessage(Duration.ofHours(1)))
        .contains("differ by 514 ", "2026-10-23 campaign c-de valid_clicks +11 EUR");
  }

  private static String openMessage(Duration keepLive) {
    QualityMetric check =
        new OpenDifferences(
                lake.spark(),
                new Publications(LakeTables.load(lake.spark(), BillingPublications.TABLE)).all(),
                keepLive)
            .check(Instant.parse("2026-09-30T15:00:00Z"), Instant.parse("2026-11-01T04:00:00Z"), 0);
    assertThat(check.failed()).isTrue();
    return check.message();
  }

  private static void correctsWhatIsClosed() {
    LocalDate day = LocalDate.parse("2026-11-03");
    List<TestClick> late = new ArrayList<>(clicks(day, 40));
    FIRST.datesUntil(FIRST.plusDays(4)).forEach(earlier -> late.addAll(clicks(earlier, 9)));
    land(day, late);

    night(day);

    assertThat(oracle.corrections).isNotEmpty();
    Instant through = BillingRunDays.start(day.plusDays(1));
    for (Row row : published(BillingAdjustments.TABLE).collectAsList()) {
      Campaign campaign =
          CAMPAIGNS.stream()
              .filter(each -> each.id().equals(row.getAs("campaign_id")))
              .findFirst()
              .orElseThrow();
      assertThat(row.<Date>getAs("booked_on").toLocalDate())
          .isEqualTo(through.atZone(campaign.zone()).toLocalDate().minusDays(1));
      assertThat(row.<String>getAs("state")).isEqualTo("OPEN");
      assertThat(row.<String>getList(row.fieldIndex("causes")))
          .isNotEmpty()
          .isSubsetOf("LATE_CLICKS", "BUDGET");
    }
  }

  private static void takesBackVoidedClicks() {
    LocalDate day = LocalDate.parse("2026-11-03");
    List<TestClick> some =
        lake.landed().stream()
            .map(BillingLake.Landed::click)
            .filter(click -> !click.adId().equals("ad-unknown"))
            .filter(click -> random.nextInt(8) == 0)
            .toList();
    some.forEach(click -> oracle.voidClick(click.clickId()));
    long ledger = current().snapshotOf(BillingLedger.TABLE);
    BillingTask task =
        voided(
            some.stream()
                .map(TestClick::columns)
                .map(columns -> columns.get("click_id").toString())
                .toList());

    assertThat(run(day, task)).isInstanceOf(BillingRunOutcome.Published.class);

    charge(day);
    assertThat(oracle.voids).isNotEmpty();
    // Days are charged again, and come out as they were.
    assertThat(current().snapshotOf(BillingLedger.TABLE)).isEqualTo(ledger);
    assertThat(run(day, task)).isInstanceOf(BillingRunOutcome.Unchanged.class);
    assertThatThrownBy(() -> run(day, voided(List.of("no-such-click"))))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(
            "of no valid click of a final day whose ad is known: [no-such-click]");
  }

  private static BillingTask voided(List<String> clickIds) {
    return new BillingTask.VoidClicks(
        clickIds.stream().map(NamedClick::parse).collect(Collectors.toCollection(TreeSet::new)),
        "agreed",
        "ann");
  }

  /** A share since a day that is closed; a publisher and an ad that nobody knew. */
  private static void followsTermsThatChanged() {
    LocalDate day = LocalDate.parse("2026-11-04");
    Instant since = Instant.parse("2026-10-26T12:00:00Z");
    lake.metadata(
        "SET clickledger.valid_from = '" + since + "'",
        "UPDATE metadata.publishers SET revenue_share_percent = 60.01 WHERE publisher_id = 'p-1'",
        "RESET clickledger.valid_from");
    oracle.share("p-1", since, "60.01");
    assertThat(oracle.uncharged.keySet()).anyMatch(key -> key.contains("/UNKNOWN_PUBLISHER/"));
    lake.metadata("INSERT INTO metadata.publishers VALUES ('p-3', 'P3', 'third.example', 50)");
    oracle.share("p-3", Instant.EPOCH, "50");
    Campaign added =
        new Campaign(
            "c-new", "v-new", BERLIN, "EUR", LocalDate.parse("2026-01-01"), null, null, null);
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-new', 'V', 'Europe/Berlin', 'EUR')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-new', 'v-new', 'C', '2026-01-01')",
        "INSERT INTO metadata.ads VALUES ('ad-unknown', 'c-new', 'A', 50000)");
    oracle.campaign(added, "ad-unknown", 50_000);
    // Statements of October are final.
    oracle.close("v-new", OCTOBER);
    land(day, clicks(day, 10));

    night(day);

    assertThat(
            published(BillingAdjustments.TABLE)
                .where("array_contains(causes, 'TERMS') AND campaign_id = 'c-de'")
                .count())
        .isPositive();
    assertThat(
            published(BillingAdjustments.TABLE)
                .where("array_contains(causes, 'METADATA') AND campaign_id = 'c-new'")
                .count())
        .isPositive();
  }

  private static List<TestClick> clicks(LocalDate day, int count) {
    List<TestClick> clicks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Instant at =
          BillingRunDays.start(day).plusMillis(random.nextInt((int) Duration.ofDays(1).toMillis()));
      String id = "click-" + sent++;
      clicks.add(
          new TestClick(
              id,
              at,
              ADS.get(random.nextInt(ADS.size())),
              PUBLISHERS.get(random.nextInt(PUBLISHERS.size())),
              null,
              "FR",
              "PHONE",
              List.of(),
              "user-" + id,
              null,
              null));
      if (i % 20 == 7) {
        clicks.add(clicks.get(clicks.size() - 1));
      }
    }
    return clicks;
  }

  private static void land(LocalDate day, List<TestClick> clicks) {
    lake.land(BillingRunDays.start(day.plusDays(1)).plusSeconds(3_600), clicks);
  }

  private static void night(LocalDate day) {
    assertThat(run(day, new BillingTask.MakeFinal()))
        .isInstanceOf(BillingRunOutcome.Published.class);
    charge(day);
  }

  private static BillingRunOutcome run(LocalDate day, BillingTask task) {
    return run(day, task, 0);
  }

  private static BillingRunOutcome run(LocalDate day, BillingTask task, long unexplained) {
    Clock clock =
        Clock.fixed(BillingRunDays.start(day.plusDays(1)).plusSeconds(7_200), ZoneOffset.UTC);
    return new RollUpClicksJob(lake.spark(), settings, clock, line -> {})
        .run(
            new BillingRunOptions(day, new TreeSet<>(), 0, 0, Optional.empty(), false, task)
                .accepting(
                    unexplained,
                    Optional.of("known to be of live").filter(reason -> unexplained > 0)));
  }

  private static void charge(LocalDate day) {
    oracle.run(
        lake.landed().stream().map(BillingLake.Landed::click).toList(),
        BillingRunDays.start(day.plusDays(1)));
    assertRight();
  }

  private static void assertRight() {
    Map<String, String> ledger = new TreeMap<>();
    for (Row row : published(BillingLedger.TABLE).collectAsList()) {
      long credit = row.<Long>getAs(BillingLedger.CREDIT_MICROS);
      String before =
          ledger.put(
              grain(row) + (credit > 0 ? "/CREDIT" : "/DEBIT"),
              row.<Long>getAs(BillingLedger.DEBIT_MICROS)
                  + "/"
                  + credit
                  + "/"
                  + row.<Long>getAs(BillingLedger.VALID_CLICKS));
      assertThat(before).isNull();
    }
    assertThat(ledger).isEqualTo(oracle.ledger);
    Map<String, String> uncharged = new TreeMap<>();
    for (Row row : published(BillingUnchargedClicks.TABLE).collectAsList()) {
      uncharged.put(
          text(
              row,
              "billing_day",
              "advertiser_id",
              "campaign_id",
              "publisher_id",
              "reason",
              "currency"),
          text(row, "valid_clicks", "cost_micros"));
    }
    assertThat(uncharged).isEqualTo(oracle.uncharged);
    Map<String, Net> corrections = new TreeMap<>();
    Map<String, Net> voids = new TreeMap<>();
    for (Row row : published(BillingAdjustments.TABLE).collectAsList()) {
      Map<String, Net> kind =
          row.getList(row.fieldIndex(BillingAdjustments.CAUSES)).contains("VOIDED_CLICKS")
              ? voids
              : corrections;
      kind.merge(
          grain(row),
          new Net(
              row.<Long>getAs(BillingAdjustments.DEBIT_MICROS)
                  - row.<Long>getAs(BillingAdjustments.CREDIT_MICROS),
              row.<Long>getAs(BillingAdjustments.CLICKS)),
          Net::plus);
    }
    // A later run may take back what an earlier one adjusted.
    corrections.values().removeIf(new Net(0, 0)::equals);
    voids.values().removeIf(new Net(0, 0)::equals);
    assertThat(corrections).isEqualTo(oracle.corrections);
    assertThat(voids).isEqualTo(oracle.voids);
  }

  private static String grain(Row row) {
    return text(
        row, "billing_day", "advertiser_id", "campaign_id", "publisher_id", "account", "currency");
  }

  private static String text(Row row, String... columns) {
    return Stream.of(columns)
        .map(column -> row.getAs(column).toString())
        .collect(Collectors.joining("/"));
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
