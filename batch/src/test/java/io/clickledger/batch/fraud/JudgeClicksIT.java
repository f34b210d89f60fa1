package io.clickledger.batch.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.BatchSettings.BehaviourMode;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.run.BillingLake;
import io.clickledger.batch.billing.run.BillingRunOutcome;
import io.clickledger.batch.billing.run.StreamedLake;
import io.clickledger.batch.billing.run.TestClick;
import io.clickledger.batch.reconcile.DifferenceCause;
import io.clickledger.lake.publish.Publication;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.schemas.FraudClickVerdicts;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Verdicts of billing runs against brute force over everything that landed. */
class JudgeClicksIT {
  private static final LocalDate DAY = LocalDate.parse("2026-11-17");
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final FraudRules RULES = FraudRules.shipped();
  private static final long PRICE = 250_000;

  private BillingLake lake;

  @BeforeEach
  void start() {
    lake = BillingLake.migrated();
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-1', 'One', 'Europe/Paris', 'EUR')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-1', 'v-1', 'C1', '2026-01-01')",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'c-1', 'A1', 250000)",
        "INSERT INTO metadata.publishers VALUES ('publisher-1', 'P1', 'news.example', 70)");
    FraudRulesPublication.publish(lake.postgres().dataSource(), RULES);
  }

  @AfterEach
  void end() {
    lake.close();
  }

  @Test
  void judgesEveryClickAsBruteForceDoesNightAfterNight() {
    Random random = new Random(17);
    List<String> ids = new ArrayList<>();
    // Bursts, landed every few minutes over three hours, until after midnight.
    for (int landing = 0; landing < 30; landing++) {
      Instant at = start(DAY).plus(Duration.ofHours(22)).plus(Duration.ofMinutes(7L * landing));
      lake.land(at, burst(random, ids, at, 60));
    }

    Publication first = published(night(DAY));

    assertVerdicts(first, Set.of(DAY));
    assertThat(verdicts(first).values().stream().map(verdict -> verdict.split(" ")[0]))
        .contains("VALID", "DUPLICATE", "SOPHISTICATED_INVALID", "GENERAL_INVALID");

    // Late ones in bursts, a claim of a day to come, and the next day.
    List<TestClick> late = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      late.add(click("late-" + i, start(DAY).plusSeconds(3_600 + i)).by("late", "ad-1", "a-late"));
    }
    lake.land(
        start(DAY.plusDays(1)).plus(Duration.ofHours(3)),
        List.of(click("early", start(DAY.plusDays(2)).plusSeconds(40_000)).by("u", "ad-1", "a")));
    lake.land(start(DAY.plusDays(1)).plus(Duration.ofHours(9)), late);
    Instant noon = start(DAY.plusDays(1)).plus(Duration.ofHours(12));
    lake.land(noon, burst(random, ids, noon, 300));

    Publication second = published(night(DAY.plusDays(1)));

    assertThat(second.restatedDays()).containsExactly(DAY);
    assertVerdicts(second, Set.of(DAY, DAY.plusDays(1)));
    assertThat(added()).as("days that late clicks were added to").containsExactly(DAY.toString());

    assertThat(night(DAY)).isInstanceOf(BillingRunOutcome.Unchanged.class);

    Publication third = published(night(DAY.plusDays(2)));

    assertVerdicts(third, Set.of(DAY, DAY.plusDays(1), DAY.plusDays(2)));
  }

  @Test
  void letsTheModelMoveMoneyOnlyWhereItIsOn() {
    StreamedLake streams = new StreamedLake(lake.spark(), "topic-1");
    landMachineAndPeople(streams, DAY);

    BillingRunOutcome.Published inShadow = run(BehaviourMode.SHADOW, DAY, DAY);

    assertThat(inShadow.reconciled().differences()).as("differences in shadow").isEmpty();
    assertThat(clicks("score IS NOT NULL AND verdict = 'VALID' AND ad_id = 'ad-1'"))
        .isGreaterThan(120);
    assertThat(clicks("score IS NOT NULL AND ad_id <> 'ad-1'")).as("people's").isZero();
    assertThat(clicks("score IS NOT NULL AND (size(model_reasons) = 0 OR model_version IS NULL)"))
        .isZero();
    assertThat(clicks("verdict <> 'VALID'")).isZero();

    landMachineAndPeople(streams, DAY.plusDays(1));
    BillingRunOutcome.Published on = run(BehaviourMode.ON, DAY.plusDays(1), DAY.plusDays(1));

    long moved = clicks("verdict = 'SOPHISTICATED_INVALID'");
    assertThat(moved).isEqualTo(clicks("score IS NOT NULL AND clicked_at >= '2026-11-18'"));
    assertThat(on.reconciled().differences())
        .isEqualTo(
            Map.of(
                DifferenceCause.RESCORED,
                Map.of(
                    "sophisticated_invalid_clicks", moved,
                    "valid_clicks", -moved,
                    "cost_micros", -moved * PRICE)));
    assertThat(clicks("verdict <> 'VALID' AND NOT reasons[0] LIKE 'model:%'")).isZero();

    BillingRunOutcome.Published again = run(BehaviourMode.ON, DAY, DAY.plusDays(1));

    assertThat(again.changes()).hasSize(1);
    assertThat(causes()).containsExactly("MODEL");
    assertThat(clicks("score IS NOT NULL AND verdict = 'VALID'")).isZero();
  }

  @Test
  void appliesNewListsToClicksThatLandedBeforeThem() {
    StreamedLake streams = new StreamedLake(lake.spark(), "topic-1");
    TestClick phone = TestClick.click("phone", start(DAY).plusSeconds(40_000).toString());
    TestClick tv = TestClick.click("tv", start(DAY).plusSeconds(40_060).toString()).from("TV");
    streams.land(start(DAY).plusSeconds(40_100), List.of(arrival(phone), arrival(tv)));
    streams.count(
        (click, duplicate) -> new StreamedLake.Judged("v-1", "c-1", "EUR", "valid_clicks", PRICE));
    FraudRulesPublication.publish(
        lake.postgres().dataSource(),
        FraudRules.parse(
            RULES
                .document()
                .replaceFirst("\"version\" *: *\"[^\"]*\"", "\"version\": \"with-tv\"")
                .replaceFirst(
                    "\"rules\" *: *\\[",
                    "\"rules\": [{\"id\": \"tv\", \"class\": \"GENERAL_INVALID\","
                        + " \"type\": \"device-type\", \"meaning\": \"test\","
                        + " \"device_types\": [\"TV\"]},")));

    BillingRunOutcome.Published published = run(BehaviourMode.OFF, DAY, DAY);

    assertThat(verdicts(published.publication()).values())
        .containsExactlyInAnyOrder("VALID []", "GENERAL_INVALID [tv]");
    assertThat(published.reconciled().differences())
        .isEqualTo(
            Map.of(
                DifferenceCause.RULE_VERSION,
                Map.of("general_invalid_clicks", 1L, "valid_clicks", -1L, "cost_micros", -PRICE)));
  }

  /** A machine, around the clock, and people in the evening, all counted by live as valid. */
  private void landMachineAndPeople(StreamedLake streams, LocalDate day) {
    List<StreamedLake.Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < 140; i++) {
      Instant machine = start(day).plusSeconds(600L * i);
      Instant person = start(day).plusSeconds(60_000 + 137L * i);
      arrivals.add(
          arrival(
              TestClick.click("bot-" + day + i, machine.toString()).by("bot", "ad-1", "a-bot")));
      arrivals.add(
          arrival(
              TestClick.click("person-" + day + i, person.toString())
                  .by("person-" + i % 50, "ad-2", "a-" + i % 40)));
    }
    streams.land(start(day.plusDays(1)).plusSeconds(60), arrivals);
    streams.count(
        (click, duplicate) ->
            click.adId().equals("ad-1")
                ? new StreamedLake.Judged("v-1", "c-1", "EUR", "valid_clicks", PRICE)
                : new StreamedLake.Judged(null, null, null, "valid_clicks", 0));
  }

  private static StreamedLake.Arrival arrival(TestClick click) {
    return new StreamedLake.Arrival.Clicked(0, click);
  }

  private BillingRunOutcome.Published run(BehaviourMode mode, LocalDate date, LocalDate last) {
    BatchSettings off = lake.settings();
    BatchSettings settings =
        new BatchSettings(
            off.lake(),
            off.metadata(),
            off.privacy(),
            off.billing(),
            new BatchSettings.Fraud(mode),
            off.upkeep());
    BillingRunOutcome outcome =
        lake.night(settings, date, start(last.plusDays(1)).plus(Duration.ofHours(2)));
    assertThat(outcome).isInstanceOf(BillingRunOutcome.Published.class);
    return (BillingRunOutcome.Published) outcome;
  }

  private long clicks(String condition) {
    return lake.spark().table(FraudClickVerdicts.TABLE.toString()).where(condition).count();
  }

  private Set<String> causes() {
    Set<String> causes = new HashSet<>();
    lake.spark()
        .sql("SELECT explode(causes) FROM billing.restatements")
        .collectAsList()
        .forEach(row -> causes.add(row.getString(0)));
    return causes;
  }

  private static List<TestClick> burst(
      Random random, List<String> ids, Instant landedAt, int clicks) {
    List<TestClick> burst = new ArrayList<>();
    for (int i = 0; i < clicks; i++) {
      boolean isRepeat = !ids.isEmpty() && random.nextInt(8) == 0;
      String id = isRepeat ? ids.get(random.nextInt(ids.size())) : "id-" + ids.size();
      ids.add(id);
      TestClick click = click(id, landedAt.minusMillis(random.nextInt(120_000)));
      burst.add(
          click.by(
              random.nextInt(4) == 0 ? null : "user-" + random.nextInt(6),
              "ad-" + random.nextInt(3),
              random.nextInt(5) == 0 ? null : "address-" + random.nextInt(2)));
    }
    return burst;
  }

  private static TestClick click(String id, Instant clickedAt) {
    TestClick click = TestClick.click(id, clickedAt.toString());
    return id.hashCode() % 11 == 0 ? click.flagged("known-robot") : click;
  }

  private BillingRunOutcome night(LocalDate date) {
    return lake.night(date, start(date.plusDays(1)).plus(Duration.ofHours(2)));
  }

  private static Publication published(BillingRunOutcome outcome) {
    assertThat(outcome).isInstanceOf(BillingRunOutcome.Published.class);
    return ((BillingRunOutcome.Published) outcome).publication();
  }

  /** The published verdicts are those of all clicks of the days, one each. */
  private void assertVerdicts(Publication publication, Set<LocalDate> days) {
    Map<String, String> expected = new TreeMap<>();
    ExpectedVerdicts verdicts = new ExpectedVerdicts(RULES, BillingLake.DEDUP_HORIZON, WINDOW);
    lake.landed().stream()
        .sorted(
            Comparator.comparing(BillingLake.Landed::landedAt)
                .thenComparing(BillingLake.Landed::partition)
                .thenComparing(BillingLake.Landed::offset))
        .forEach(
            row -> {
              String verdict = verdicts.next(row);
              if (days.contains(BillingRunDays.day(row.click().clickedAt()))) {
                expected.put(row.partition() + "-" + row.offset(), verdict);
              }
            });
    assertThat(verdicts(publication)).isEqualTo(expected);
  }

  private Map<String, String> verdicts(Publication publication) {
    Map<String, String> verdicts = new TreeMap<>();
    for (Row row :
        lake.spark()
            .read()
            .option("snapshot-id", publication.snapshotOf(FraudClickVerdicts.TABLE))
            .table(FraudClickVerdicts.TABLE.toString())
            .collectAsList()) {
      String coordinates =
          row.getAs(FraudClickVerdicts.KAFKA_PARTITION)
              + "-"
              + row.getAs(FraudClickVerdicts.KAFKA_OFFSET);
      String before =
          verdicts.put(
              coordinates,
              row.getAs(FraudClickVerdicts.VERDICT)
                  + " "
                  + row.getList(row.fieldIndex(FraudClickVerdicts.REASONS)));
      assertThat(before).as("another verdict of " + coordinates).isNull();
    }
    return verdicts;
  }

  private Set<String> added() {
    Set<String> added = new HashSet<>();
    lake.spark()
        .sql("SELECT explode(added_days) FROM billing.runs")
        .collectAsList()
        .forEach(row -> added.add(row.get(0).toString()));
    return added;
  }

  private static Instant start(LocalDate day) {
    return BillingRunDays.start(day);
  }
}
