package io.clickledger.batch.billing.run;

import static io.clickledger.batch.billing.run.TestClick.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.run.BillingRunGate.BeforeGate;
import io.clickledger.batch.billing.run.StreamedLake.Arrival;
import io.clickledger.batch.quality.GateReport;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.programs.RefusedException;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.TableName;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What somebody changes on the branch of a billing run, or in live, stops it by name. */
class SeededDefectsIT {
  private static final LocalDate DAY = LocalDate.parse("2026-11-17");
  private static final Instant LANDED = Instant.parse("2026-11-17T10:30:00Z");

  private static BillingLake lake;
  private static StreamedLake streams;

  /** Of a first run, when live had counted a micro too much. */
  private static Throwable firstRunFault;

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    lake.recordMetadataAt(Instant.parse("2026-11-01T00:00:00Z"));
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-1', 'One', 'Europe/Paris', 'EUR')",
        "INSERT INTO metadata.campaigns VALUES ('c-1', 'v-1', 'C1', '2026-01-01', NULL, NULL, NULL),"
            + " ('c-2', 'v-1', 'C2', '2026-01-01', NULL, 10000, NULL),"
            + " ('c-3', 'v-1', 'C3', '2026-01-01', NULL, NULL, NULL)",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'c-1', 'A1', 7000), ('ad-2', 'c-2', 'A2', 7000),"
            + " ('ad-3', 'c-3', 'A3', 7000)",
        "INSERT INTO metadata.publishers VALUES ('publisher-1', 'P1', 'news.example', 70),"
            + " ('publisher-2', 'P2', 'other.example', 70)",
        "SET clickledger.valid_from = '2026-11-14 12:00:00+00'",
        "UPDATE metadata.publishers SET revenue_share_percent = 71 WHERE publisher_id ="
            + " 'publisher-2'",
        "RESET clickledger.valid_from");
    FraudRulesPublication.publish(lake.postgres().dataSource(), FraudRules.shipped());
    streams = new StreamedLake(lake.spark(), "topic-1");
    // Metadata that change after the first run may differ in live.
    land(
        LANDED.minusSeconds(3 * 86_400),
        List.of(
            clicked("first", "2026-11-14T10:00:00Z"),
            clicked("other-page", "2026-11-14T10:00:10Z", "ad-1", "publisher-2"),
            clicked("too-late", "2026-11-14T10:00:20Z", "ad-3", "publisher-1")));
    addToLive(1, "2026-11-14 10:00:00");
    firstRunFault = catchThrowable(() -> run(BillingRunOptions.of(DAY.minusDays(3))));
    addToLive(-1, "2026-11-14 10:00:00");
    for (LocalDate day : List.of(DAY.minusDays(3), DAY.minusDays(1))) {
      assertThat(run(BillingRunOptions.of(day))).isInstanceOf(BillingRunOutcome.Published.class);
    }
    lake.metadata(
        "SET clickledger.valid_from = '2026-11-01 00:00:00+00'",
        "UPDATE metadata.campaigns SET ends_on = '2026-11-10' WHERE campaign_id = 'c-3'",
        "RESET clickledger.valid_from");
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      arrivals.add(clicked("id-" + i, "2026-11-17T10:0" + i + ":00Z"));
    }
    arrivals.add(clicked("id-0", "2026-11-17T10:00:01Z"));
    arrivals.add(clicked("late", "2026-11-14T10:00:05Z"));
    // The second one is past the budget.
    arrivals.add(clicked("within", "2026-11-17T10:06:00Z", "ad-2", "publisher-1"));
    arrivals.add(clicked("past", "2026-11-17T10:07:00Z", "ad-2", "publisher-1"));
    land(LANDED, arrivals);
  }

  private static void land(Instant at, List<Arrival> arrivals) {
    streams.land(at, arrivals);
    streams.count(SeededDefectsIT::asLiveDoes);
  }

  private static Arrival clicked(String clickId, String at) {
    return new Arrival.Clicked(0, click(clickId, at));
  }

  private static Arrival clicked(String clickId, String at, String ad, String publisher) {
    return new Arrival.Clicked(0, click(clickId, at).by("user-" + clickId, ad, null).on(publisher));
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  /** Changes of tables of the branch, and the check that finds them. */
  private record Defect(String name, List<String> tables, List<String> statements, String check) {
    static Defect of(String line) {
      String[] parts = line.split("\\|");
      return new Defect(parts[0].strip(), some(parts[1]), some(parts[2]), parts[3].strip());
    }

    private static List<String> some(String text) {
      return Stream.of(text.split(";")).map(String::strip).toList();
    }

    /** Changes the branch, asks the gate, and takes the changes back. */
    List<String> faults(Supplier<GateReport> gate) {
      Map<String, Long> heads = new LinkedHashMap<>();
      for (String table : tables) {
        assertThat(BillingRunBranch.TABLES).contains(TableName.of(table));
        heads.put(table, TableRefs.head(iceberg(table), branch(table)));
      }
      change();
      List<String> faults = gate.get().faults().stream().map(QualityMetric::fault).toList();
      heads.forEach(
          (table, head) ->
              iceberg(table).manageSnapshots().replaceBranch(branch(table), head).commit());
      return faults;
    }

    void change() {
      for (int i = 0; i < tables.size(); i++) {
        String table = tables.get(i);
        lake.spark().sql(statements.get(i).formatted(TableRefs.qualified(table, branch(table))));
      }
    }

    private static Table iceberg(String table) {
      return LakeTables.load(lake.spark(), TableName.of(table));
    }

    private static String branch(String table) {
      return TableRefs.startingWith(iceberg(table), "billing_run_").get(0);
    }
  }

  private static final List<Defect> DEFECTS =
      """
      a verdict lost     | fraud.click_verdicts           | DELETE FROM %s WHERE verdict = 'DUPLICATE'                  | rollups = sums of verdicts
      a verdict doubled  | fraud.click_verdicts           | INSERT INTO %s SELECT * FROM %1$s WHERE verdict = 'DUPLICATE' | rollups = sums of verdicts
      one lost, one doubled | fraud.click_verdicts; fraud.click_verdicts | DELETE FROM %s WHERE kafka_offset = 4 AND run_id LIKE '20261117%%'; INSERT INTO %s SELECT * FROM %1$s WHERE kafka_offset = 5 AND run_id LIKE '20261117%%' | each click in raw.clicks has one verdict
      another campaign   | billing.clicks_by_quarter_hour; billing.clicks_by_day | UPDATE %s SET campaign_id = 'c-3' WHERE campaign_id = 'c-1'; UPDATE %s SET campaign_id = 'c-3' WHERE campaign_id = 'c-1' | rollups = sums of verdicts
      costs of two ads swapped | billing.clicks_by_quarter_hour | UPDATE %s SET cost_micros = cost_micros + CASE campaign_id WHEN 'c-1' THEN 1 ELSE -1 END WHERE quarter_hour = '2026-11-17 10:00:00' | rollups = sums of verdicts
      another country    | billing.clicks_by_quarter_hour; billing.clicks_by_day | UPDATE %s SET geo_country = 'DE' WHERE campaign_id = 'c-1'; UPDATE %s SET geo_country = 'DE' WHERE campaign_id = 'c-1' | gross_clicks by quarter hour, ad, publisher, country and device
      a rollup off by one| billing.clicks_by_quarter_hour | UPDATE %s SET valid_clicks = valid_clicks + 1               | rollups = sums of verdicts
      another price      | fraud.click_verdicts           | UPDATE %s SET price_micros = 8 WHERE verdict = 'DUPLICATE'  | prices are those of ref.ads at clicked_at
      a rule twice       | fraud.click_verdicts           | UPDATE %s SET reasons = array('repeat-click', 'repeat-click') WHERE verdict = 'DUPLICATE' | a rule counts once
      a reason too many  | fraud.click_verdicts           | UPDATE %s SET reasons = array('known-robot')                | a valid click has no reason
      a model that is off| fraud.click_verdicts           | UPDATE %s SET reasons = array('model:crowd') WHERE verdict = 'DUPLICATE' | the model changes only the verdicts
      a charge missing   | billing.ledger                 | DELETE FROM %s WHERE billing_day = DATE '2026-11-17'            | ledger + adjustments + uncharged = prices of valid clicks
      a charge doubled   | billing.ledger                 | INSERT INTO %s SELECT * FROM %1$s WHERE billing_day = DATE '2026-11-17' | ledger + adjustments + uncharged = prices of valid clicks
      another local day  | billing.ledger                 | UPDATE %s SET billing_day = DATE '2026-11-16' WHERE billing_day = DATE '2026-11-17' | ledger + adjustments + uncharged = prices of valid clicks
      another currency   | billing.ledger                 | UPDATE %s SET currency = 'USD' WHERE billing_day = DATE '2026-11-17' | currencies are those of ref.advertisers
      a share off        | billing.ledger                 | UPDATE %s SET credit_micros = credit_micros + CASE account WHEN 'PUBLISHER_PAYABLE' THEN 2 WHEN 'PLATFORM_REVENUE' THEN -2 ELSE 0 END WHERE billing_day = DATE '2026-11-17' | shares are those of ref.publishers
      one side missing   | billing.ledger                 | DELETE FROM %s WHERE account = 'PLATFORM_REVENUE'              | debits = credits
      an over-delivery lost | billing.ledger | DELETE FROM %s WHERE campaign_id = 'c-2' AND (account = 'OVER_DELIVERY' OR account = 'ADVERTISER_RECEIVABLE' AND credit_micros > 0) | budgets are kept
      a share off beside another | billing.ledger | UPDATE %s SET credit_micros = credit_micros + CASE account WHEN 'PUBLISHER_PAYABLE' THEN 1 WHEN 'PLATFORM_REVENUE' THEN -1 ELSE 0 END WHERE publisher_id = 'publisher-2' | ledger + adjustments + uncharged = prices of valid clicks
      other dates missed | billing.ledger; billing.uncharged_clicks | INSERT INTO %s SELECT * FROM billing.ledger WHERE campaign_id = 'c-3'; DELETE FROM %s WHERE campaign_id = 'c-3' | ledger + adjustments + uncharged = prices of valid clicks
      a mark lost        | fraud.click_ids                | DELETE FROM %s WHERE is_duplicate                           | every landed click is marked once
      one mark lost, one doubled | fraud.click_ids; fraud.click_ids | DELETE FROM %s WHERE kafka_offset = 4; INSERT INTO %s SELECT * FROM %1$s WHERE kafka_offset = 5 | every landed click is marked once
      a mark forgotten   | fraud.click_ids                | UPDATE %s SET is_duplicate = false                          | no click_id counts twice
      a published rollup changed | billing.clicks_by_quarter_hour | UPDATE %s SET cost_micros = cost_micros + 1 WHERE quarter_hour < '2026-11-15' AND revision = 0 | billing.clicks_by_quarter_hour: rows of earlier runs are as published
      a published rollup lost    | billing.clicks_by_day          | DELETE FROM %s WHERE day = DATE '2026-11-14' AND revision = 0    | billing.clicks_by_day: rows of earlier runs are as published
      a published verdict lost   | fraud.click_verdicts           | DELETE FROM %s WHERE clicked_at < '2026-11-14 10:00:01'          | fraud.click_verdicts: rows of earlier runs are as published
      a published verdict twice  | fraud.click_verdicts           | INSERT INTO %s SELECT * FROM %1$s WHERE clicked_at < '2026-11-14 10:00:01'  | fraud.click_verdicts: rows of earlier runs are as published
      a published mark changed   | fraud.click_ids                | UPDATE %s SET is_duplicate = true WHERE landed_at < '2026-11-15' | fraud.click_ids: rows of earlier runs are as published
      a late revision of 0       | billing.clicks_by_quarter_hour | UPDATE %s SET revision = 0                                       | a change of a day is a later revision
      """
          .lines()
          .map(Defect::of)
          .toList();

  @TestFactory
  Stream<DynamicTest> areNamedByTheGate() {
    Map<Defect, List<String>> faults = new LinkedHashMap<>();
    List<String> without = new ArrayList<>();
    assertThat(
            run(
                dryRunAccepting(0),
                gate -> {
                  DEFECTS.forEach(defect -> faults.put(defect, defect.faults(gate)));
                  gate.get().faults().forEach(fault -> without.add(fault.fault()));
                }))
        .isInstanceOf(BillingRunOutcome.NotPublished.class);
    assertThat(without).as("faults without a defect").isEmpty();
    return faults.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey().name(),
                    () ->
                        assertThat(String.join("\n", entry.getValue()))
                            .contains(entry.getKey().check())));
  }

  @Test
  void stopTheRun() {
    Defect lost = DEFECTS.get(0);
    assertThatThrownBy(() -> run(BillingRunOptions.of(DAY), gate -> lost.change()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the gate stopped the billing run, nothing is published")
        .hasMessageContaining(lost.check());
    assertThat(new Publications(LakeTables.load(lake.spark(), BillingPublications.TABLE)).all())
        .hasSize(2);
  }

  @Test
  void acceptsExactlyTheDifferenceOfLiveThatAPersonNames() {
    addToLive(1, "2026-11-17 10:01:00");
    try {
      assertThatThrownBy(() -> run(BillingRunOptions.of(DAY)))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("live and final differ on [2026-11-17] by 1 ")
          .hasMessageContaining("--accept-unexplained 1 --reason TEXT");
      assertThatThrownBy(() -> run(dryRunAccepting(2))).isInstanceOf(RefusedException.class);
      assertThat(run(dryRunAccepting(1)).toString()).containsPattern("UNEXPLAINED +cost_micros -1");
    } finally {
      addToLive(-1, "2026-11-17 10:01:00");
    }
  }

  @Test
  void hasNoExcuseForADifferenceOfLiveInTheFirstRun() {
    assertThat(firstRunFault)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("live and final differ on [2026-11-14] by");
  }

  private static void addToLive(int micros, String minute) {
    lake.spark()
        .sql(
            "UPDATE live.clicks_by_minute SET cost_micros = cost_micros + %d WHERE minute = TIMESTAMP '%s'"
                .formatted(micros, minute));
  }

  @Test
  void findsLiveAndFinalEqualWithoutADefect() {
    assertThat(run(dryRunAccepting(0)))
        .asString()
        .contains("live against final, [2026-11-17]: equal in every hour and campaign");
  }

  private static BillingRunOptions dryRunAccepting(long unexplained) {
    return new BillingRunOptions(
        DAY,
        new TreeSet<>(),
        0,
        unexplained,
        unexplained == 0 ? Optional.empty() : Optional.of("live was restored"),
        true);
  }

  private static BillingRunOutcome run(BillingRunOptions options) {
    return run(options, BeforeGate.NOTHING);
  }

  private static BillingRunOutcome run(BillingRunOptions options, BeforeGate beforeGate) {
    Clock clock =
        Clock.fixed(
            BillingRunDays.start(options.date().plusDays(1)).plusSeconds(7_200), ZoneOffset.UTC);
    return new RollUpClicksJob(lake.spark(), settings(), clock, beforeGate, line -> {})
        .run(options);
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

  private static StreamedLake.Judged asLiveDoes(TestClick click, boolean duplicate) {
    StreamedLake.Judged judged = StreamedLake.Judged.simply(click, duplicate);
    return new StreamedLake.Judged(
        "v-1",
        click.adId().replace("ad-", "c-"),
        "EUR",
        judged.measure(),
        1_000 * judged.costMicros());
  }
}
