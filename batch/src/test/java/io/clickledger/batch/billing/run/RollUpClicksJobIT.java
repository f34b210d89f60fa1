package io.clickledger.batch.billing.run;

import static io.clickledger.batch.billing.run.TestClick.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.ReferenceTables;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.billing.rollup.DayChange;
import io.clickledger.batch.billing.rollup.Restatement;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTag;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.programs.RefusedException;
import io.clickledger.programs.TryLaterException;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.TableName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One lake's nights, one after the other, against brute force over everything that landed. */
class RollUpClicksJobIT {
  private static final LocalDate DAY_1 = LocalDate.parse("2026-11-17");
  private static final LocalDate DAY_2 = DAY_1.plusDays(1);
  private static final LocalDate DAY_3 = DAY_1.plusDays(2);
  private static final LocalDate DAY_4 = DAY_1.plusDays(3);
  private static final LocalDate DAY_5 = DAY_1.plusDays(4);
  private static final LocalDate DAY_6 = DAY_1.plusDays(5);
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-24T03:00:00Z"), ZoneOffset.UTC);

  /** Few, for each is a partition of raw.clicks: both ends of a day, and a price that changes. */
  private static final int[] HOURS = {0, 10, 23};

  /** Published, not shipped; the traffic has flags that only these rules know. */
  private static final FraudRules RULES =
      FraudRules.parse(
          TestRules.withoutStatefulOnes()
              .replaceFirst("\"version\" *: *\"", "\"version\": \"test-")
              .replaceFirst(
                  "\"rules\" *: *\\[",
                  "\"rules\": [{\"id\": \"test-robot\", \"class\": \"GENERAL_INVALID\","
                      + " \"type\": \"network\", \"networks\": [\"AS64500\"],"
                      + " \"meaning\": \"test\"},"));

  /** No page, the publisher's own, one below it, and somebody else's. */
  private static final List<String> HOSTS =
      Arrays.asList(null, "news.example", "m.news.example", "other.example");

  private static BillingLake lake;

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-1', 'One', 'Europe/Paris', 'EUR'),"
            + " ('v-2', 'Two', 'UTC', 'USD')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-1', 'v-1', 'C1', '2026-01-01'), ('c-2', 'v-2', 'C2', '2026-01-01')",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'c-1', 'A1', 250000), ('ad-2', 'c-1', 'A2',"
            + " 300001), ('ad-3', 'c-2', 'A3', 7)",
        // publisher-1 becomes known later.
        "INSERT INTO metadata.publishers VALUES ('publisher-0', 'P0', 'news.example', 70)",
        "SET clickledger.valid_from = '2026-11-18 10:07:00+00'",
        "UPDATE metadata.ads SET cpc_micros = 350000 WHERE ad_id = 'ad-1'",
        "RESET clickledger.valid_from");
    FraudRulesPublication.publish(lake.postgres().dataSource(), RULES);
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void publishesEachDayExactlyNightAfterNight() throws Exception {
    refusesADayThatIsNotOver();
    refusesALakeWhereNothingLanded();
    publishesEveryDayExactly();
    aRunAgainChangesNothingButTheTagThatTheRunBeforeLeftBehind();
    aLateClickRestatesItsDayAndNoOther();
    aNightLeftOutIsMadeUpFor();
    killedBeforeThePointerMovedItIsAsIfItHadNotRun();
    diesAtAnyStepAndIsRunAgain();
    theGateStopsARunThatLosesAClick();
    refusesToRunBesideAnotherNight();
    twoNightsAtOncePublishOnce();
    aDayWithoutClicksIsFinalToo();
    everyPublicationStaysReadable();
    theLakesCopyOfTheMetadataSaysWhatTheStoreSays();
  }

  private void refusesADayThatIsNotOver() {
    assertThatThrownBy(() -> night(LocalDate.parse("2026-11-24")))
        .isInstanceOf(WrongUsageException.class)
        .hasMessageContaining("date must be a UTC day that is over, was 2026-11-24");
    assertThat(current()).isEmpty();
  }

  private void refusesALakeWhereNothingLanded() {
    assertThatThrownBy(() -> night(DAY_1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no landing commit yet");
  }

  private void publishesEveryDayExactly() {
    // Three days of traffic in three batches, each with clicks of all three days.
    Random random = new Random(7);
    List<String> ids = new ArrayList<>();
    for (int batch = 0; batch < 3; batch++) {
      lake.land(
          Instant.parse("2026-11-20T01:00:00Z").plusSeconds(batch), traffic(random, ids, 700));
    }

    BillingRunOutcome outcome = night(DAY_2);

    Publication published = published(outcome);
    assertThat(published.publicationId()).isEqualTo(1);
    assertThat(published.through()).isEqualTo(BillingRunDays.start(DAY_3));
    assertThat(published.restatedDays()).isEmpty();
    assertThat(published.landedThrough()).isEqualTo("2026-11-20T01:00:02Z");
    assertThat(current()).contains(published);
    assertExact(days(DAY_1, DAY_2));
    assertThat(duplicatesAcrossDays()).isPositive();
    assertThat(lake.spark().table("ref.ads").count()).isEqualTo(4);
    Row run = lake.spark().table("billing.runs").collectAsList().get(0);
    assertThat(run.<String>getAs("run_id")).isEqualTo(published.runId());
    assertThat(run.<String>getAs("rules_version")).isEqualTo(RULES.version());
    assertThat(run.<Long>getAs("gross_clicks")).isPositive();
    assertThat(run.<String>getAs("topic_id")).isEqualTo("topic-id");
    assertThat(
            lake.spark().sql("SELECT DISTINCT status FROM audit.quality_metrics").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("Success");
  }

  private void aRunAgainChangesNothingButTheTagThatTheRunBeforeLeftBehind() {
    Map<String, Long> before = snapshotCounts();
    Table table = LakeTables.load(lake.spark(), BillingClicksByDay.TABLE);
    TableRefs.tag(table, PublishedTag.NAME, TableRefs.creation(table));

    BillingRunOutcome outcome = night(DAY_2);

    assertThat(outcome).isInstanceOf(BillingRunOutcome.Unchanged.class);
    assertThat(outcome.toString()).startsWith("nothing changed");
    assertThat(current().orElseThrow().publicationId()).isEqualTo(1);
    assertNoBranches();
    assertThat(snapshotCounts()).isEqualTo(before);
    table.refresh();
    assertThat(table.refs().get(PublishedTag.NAME).snapshotId())
        .isEqualTo(current().orElseThrow().snapshotOf(BillingClicksByDay.TABLE));
  }

  private void aLateClickRestatesItsDayAndNoOther() {
    List<Row> dayTwo = rows(DAY_2);
    List<Row> filesOfDayTwo = files(DAY_2);
    long grossBefore = gross(DAY_1);
    lake.land(
        Instant.parse("2026-11-20T02:00:00Z"),
        List.of(
            click("late", "2026-11-17T23:59:59.999Z"),
            click("late", "2026-11-17T00:00:00Z"),
            click("third-day", "2026-11-19T12:00:00Z")));

    // Asked for the second day again: only the first has news.
    List<DayChange> tried = dryRun(DAY_2);
    BillingRunOutcome outcome = night(DAY_2);

    Publication published = published(outcome);
    assertThat(tried).extracting(DayChange::day).containsExactly(DAY_1);
    assertThat(tried.get(0).causes()).containsExactly(Restatement.Cause.LATE_CLICKS);
    assertThat(tried.get(0).before().grossClicks()).isEqualTo(grossBefore);
    assertThat(tried.get(0).after().grossClicks()).isEqualTo(gross(DAY_1));
    assertThat(((BillingRunOutcome.Published) outcome).changes()).isEqualTo(tried);
    assertThat(outcome.toString().lines())
        .anySatisfy(line -> assertThat(line).matches(" +" + DAY_1 + " .* -> .* late clicks .*"));

    assertThat(published.through()).isEqualTo(BillingRunDays.start(DAY_3));
    assertThat(published.restatedDays()).containsExactly(DAY_1);
    assertExact(days(DAY_1, DAY_2));
    assertThat(rows(DAY_2)).isEqualTo(dayTwo);
    assertThat(files(DAY_2)).as("not written again").isNotEmpty().hasSameElementsAs(filesOfDayTwo);
    List<Row> added =
        rows(DAY_1).stream()
            .filter(row -> row.<String>getAs("run_id").equals(published.runId()))
            .toList();
    assertThat(added)
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.<Integer>getAs("revision")).isEqualTo(1));
    assertThat(rows(DAY_1)).hasSizeGreaterThan(2);
  }

  private void aNightLeftOutIsMadeUpFor() {
    Random random = new Random(8);
    List<TestClick> next = new ArrayList<>();
    for (TestClick click : traffic(random, new ArrayList<>(), 300)) {
      next.add(click.at(click.clickedAt().plusSeconds(2 * 86_400).toString()));
    }
    lake.land(Instant.parse("2026-11-22T01:00:00Z"), next);

    // The billing run of the third day never ran.
    Publication published = published(night(DAY_4));

    assertThat(published.through()).isEqualTo(BillingRunDays.start(DAY_5));
    assertThat(published.restatedDays()).isEmpty();
    assertExact(days(DAY_1, DAY_2, DAY_3, DAY_4));
  }

  private void killedBeforeThePointerMovedItIsAsIfItHadNotRun() {
    Publication before = current().orElseThrow();
    // A dead run: it wrote garbage, moved main to it, and never published.
    try (BillingRunBranch dead = BillingRunBranch.open(lake.spark(), Optional.of(before), "dead")) {
      dead.replace(
          BillingClicksByQuarterHour.TABLE,
          BillingClicksByQuarterHour.QUARTER_HOUR,
          days(DAY_1, DAY_5),
          dead.publishedQuarterHours(days(DAY_2)));
      dead.fastForward();
    }
    // And one killed while it wrote.
    BillingRunBranch.open(lake.spark(), Optional.of(before), "dead_too");
    TableRefs.fastForward(
        LakeTables.load(lake.spark(), BillingClicksByDay.TABLE), "billing_run_dead_too");
    lake.land(
        Instant.parse("2026-11-22T02:00:00Z"), List.of(click("fifth-day", "2026-11-21T10:00:00Z")));
    assertThat(current()).contains(before);

    Publication published = published(night(DAY_5));

    assertThat(published.publicationId()).isEqualTo(before.publicationId() + 1);
    assertThat(published.restatedDays()).isEmpty();
    assertExact(days(DAY_1, DAY_2, DAY_3, DAY_4, DAY_5));
    assertNoBranches();
  }

  private void diesAtAnyStepAndIsRunAgain() {
    lake.land(
        Instant.parse("2026-11-22T03:00:00Z"),
        List.of(
            click("late-again", "2026-11-17T08:00:00Z"), click("fifth", "2026-11-21T11:00:00Z")));
    Publication before = current().orElseThrow();

    // The clock is read as a billing run starts, after its gate, when it has moved main, and right
    // before
    // the pointer.
    for (int step = 1; step <= 4; step++) {
      RollUpClicksJob dying =
          new RollUpClicksJob(lake.spark(), lake.settings(), diesAt(step), line -> {});
      assertThatThrownBy(() -> dying.run(BillingRunOptions.of(DAY_5))).hasMessage("killed");
      assertThat(current()).contains(before);
    }
    Publication published = published(night(DAY_5));

    assertThat(published.publicationId()).isEqualTo(before.publicationId() + 1);
    assertThat(published.restatedDays()).containsExactly(DAY_1, DAY_5);
    assertThat(rows(DAY_1))
        .extracting(row -> row.<Integer>getAs("revision"))
        .contains(0, 1, 2)
        .filteredOn(revision -> revision == 2)
        .hasSize(1);
    assertExact(days(DAY_1, DAY_2, DAY_3, DAY_4, DAY_5));
  }

  private static Clock diesAt(int reading) {
    AtomicInteger readings = new AtomicInteger();
    return new Clock() {
      @Override
      public Instant instant() {
        if (readings.incrementAndGet() == reading) {
          throw new IllegalStateException("killed");
        }
        return CLOCK.instant();
      }

      @Override
      public ZoneId getZone() {
        return CLOCK.getZone();
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private void theGateStopsARunThatLosesAClick() {
    Publication before = current().orElseThrow();
    lake.land(
        Instant.parse("2026-11-23T01:00:00Z"),
        List.of(
            click("sixth-day", "2026-11-22T10:00:00Z"),
            click("sixth-day-too", "2026-11-22T23:00:00Z")));
    RollUpClicksJob losing =
        new RollUpClicksJob(
            lake.spark(), lake.settings(), CLOCK, report -> loseAQuarterHour(), line -> {});

    assertThatThrownBy(() -> losing.run(BillingRunOptions.of(DAY_6)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the gate stopped the billing run, nothing is published")
        .hasMessageContaining("gross_clicks of a day = its rows in raw.clicks");

    assertThat(current()).contains(before);
    assertNoBranches();
    assertThat(
            lake.spark()
                .table("audit.quality_metrics")
                .where("status = 'Error' AND instance LIKE 'gross_clicks of a day%'")
                .count())
        .isEqualTo(1);
  }

  private static void loseAQuarterHour() {
    String table = BillingClicksByQuarterHour.TABLE.toString();
    var iceberg = LakeTables.load(lake.spark(), BillingClicksByQuarterHour.TABLE);
    String branch = TableRefs.startingWith(iceberg, "billing_run_").get(0);
    lake.spark()
        .sql(
            "DELETE FROM %s WHERE quarter_hour = TIMESTAMP '2026-11-22 23:00:00Z'"
                .formatted(TableRefs.qualified(table, branch)));
  }

  private void refusesToRunBesideAnotherNight() {
    try (AdvisoryLock other =
        AdvisoryLock.take(CatalogDatabase.of(lake.settings().lake()), "billing").orElseThrow()) {
      assertThatThrownBy(() -> night(DAY_6))
          .isInstanceOf(TryLaterException.class)
          .hasMessageContaining("another billing run is in progress");
      other.requireHeld();
    }
  }

  private void twoNightsAtOncePublishOnce() throws Exception {
    long before = current().orElseThrow().publicationId();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Callable<String> night =
          () -> {
            try {
              return night(DAY_6).getClass().getSimpleName();
            } catch (TryLaterException e) {
              return e.getMessage().split(":")[0];
            }
          };
      List<String> outcomes = new ArrayList<>();
      for (Future<String> future : threads.invokeAll(List.of(night, night))) {
        outcomes.add(future.get());
      }
      assertThat(outcomes)
          .containsExactlyInAnyOrder("Published", "another billing run is in progress");
    } finally {
      threads.shutdown();
    }

    assertThat(current().orElseThrow().publicationId()).isEqualTo(before + 1);
    assertExact(days(DAY_1, DAY_2, DAY_3, DAY_4, DAY_5, DAY_6));
  }

  private void aDayWithoutClicksIsFinalToo() {
    Publication published = published(night(DAY_6.plusDays(1)));

    assertThat(published.through()).isEqualTo(BillingRunDays.start(DAY_6.plusDays(2)));
    assertThat(rows(DAY_6.plusDays(1))).isEmpty();
    assertThat(night(DAY_6.plusDays(1))).isInstanceOf(BillingRunOutcome.Unchanged.class);
  }

  private void everyPublicationStaysReadable() {
    Table table = LakeTables.load(lake.spark(), BillingClicksByDay.TABLE);
    long publications = current().orElseThrow().publicationId();

    for (long id = 1; id <= publications; id++) {
      assertThat(table.refs()).containsKey("publication_" + id);
    }
    assertThat(lake.spark().table("billing.publications").count()).isEqualTo(publications);
  }

  private void theLakesCopyOfTheMetadataSaysWhatTheStoreSays() {
    MetadataStore store = new MetadataStore(lake.settings().metadata().dataSource());
    lake.metadata(
        "UPDATE metadata.ads SET cpc_micros = 8 WHERE ad_id = 'ad-3'",
        "UPDATE metadata.campaigns SET advertiser_id = 'v-2' WHERE campaign_id = 'c-1'",
        "UPDATE metadata.publishers SET domain = 'newer.example'");

    // It has versions that were open as they were copied, and ended since.
    ReferenceTables copy = ReferenceTables.synchronize(lake.spark(), store.histories());

    assertThat(
            copy.ads()
                .differences(VersionDirectory.of(store.adVersions()), Instant.EPOCH, Instant.MAX))
        .isEmpty();
    assertThat(
            copy.publishers()
                .differences(
                    VersionDirectory.of(store.publisherDomains()), Instant.EPOCH, Instant.MAX))
        .isEmpty();
    assertThat(lake.spark().table("ref.ads").where("ad_id = 'ad-3' AND valid_to IS NULL").count())
        .isEqualTo(2);
  }

  private static BillingRunOutcome night(LocalDate date) {
    return night(BillingRunOptions.of(date), line -> {});
  }

  private static BillingRunOutcome night(BillingRunOptions options, Consumer<String> progress) {
    return new RollUpClicksJob(lake.spark(), lake.settings(), CLOCK, progress).run(options);
  }

  private static Publication published(BillingRunOutcome outcome) {
    assertThat(outcome).isInstanceOf(BillingRunOutcome.Published.class);
    return ((BillingRunOutcome.Published) outcome).publication();
  }

  private static Optional<Publication> current() {
    return new Publications(LakeTables.load(lake.spark(), BillingPublications.TABLE)).current();
  }

  /** Both tables, at the published snapshots, hold what brute force gives, and nothing else. */
  private static void assertExact(SortedSet<LocalDate> days) {
    Oracle.Metadata metadata = Oracle.Metadata.of(new MetadataStore(lake.postgres().dataSource()));
    assertThat(FinalRows.of(published(BillingClicksByQuarterHour.TABLE), "quarter_hour"))
        .isEqualTo(Oracle.quarterHours(lake.landed(), metadata, days))
        .isNotEmpty();
    assertThat(FinalRows.of(published(BillingClicksByDay.TABLE), "day"))
        .isEqualTo(Oracle.days(lake.landed(), metadata, days));
  }

  private static Dataset<Row> published(TableName table) {
    return lake.spark()
        .read()
        .option("snapshot-id", current().orElseThrow().snapshotOf(table))
        .table(table.toString());
  }

  /** What a night of the day would change, which publishes nothing and leaves no branch. */
  private static List<DayChange> dryRun(LocalDate day) {
    Optional<Publication> before = current();
    List<String> progress = new ArrayList<>();
    BillingRunOutcome outcome =
        night(
            new BillingRunOptions(day, new TreeSet<>(), 0, 0, Optional.empty(), true),
            progress::add);

    assertThat(current()).isEqualTo(before);
    assertNoBranches();
    assertThat(progress.get(0))
        .startsWith("judging 1 days in full and late clicks of 1 more, " + DAY_1 + " to " + DAY_2);
    return ((BillingRunOutcome.NotPublished) outcome).changes();
  }

  private static long gross(LocalDate day) {
    return rows(day).stream().mapToLong(row -> row.<Long>getAs("gross_clicks")).sum();
  }

  private static List<Row> rows(LocalDate day) {
    return published(BillingClicksByQuarterHour.TABLE)
        .where(UtcDays.contain(days(day), BillingClicksByQuarterHour.QUARTER_HOUR))
        .drop(ClickMeasures.UNIQUE_USERS_HLL)
        .collectAsList()
        .stream()
        .sorted(Comparator.comparing(Row::toString))
        .toList();
  }

  /** The files that have quarter hours of the day. */
  private static List<Row> files(LocalDate day) {
    return published(BillingClicksByQuarterHour.TABLE)
        .where(UtcDays.contain(days(day), BillingClicksByQuarterHour.QUARTER_HOUR))
        .select(MetadataColumns.FILE_PATH.name())
        .distinct()
        .collectAsList();
  }

  private static long duplicatesAcrossDays() {
    return lake.landed().stream()
            .map(row -> row.click().clickId() + BillingRunDays.day(row.click().clickedAt()))
            .distinct()
            .count()
        - lake.landed().stream().map(row -> row.click().clickId()).distinct().count();
  }

  private static void assertNoBranches() {
    for (TableName table : BillingRunBranch.TABLES) {
      assertThat(TableRefs.startingWith(LakeTables.load(lake.spark(), table), "billing_run_"))
          .isEmpty();
    }
  }

  private static Map<String, Long> snapshotCounts() {
    Map<String, Long> counts = new TreeMap<>();
    for (String table : List.of("billing.runs", "billing.publications", "audit.quality_metrics")) {
      counts.put(table, lake.spark().table(table).count());
    }
    return counts;
  }

  private static SortedSet<LocalDate> days(LocalDate... days) {
    return new TreeSet<>(List.of(days));
  }

  /** Clicks over three days: repeats near and far, robots, unknown ads, missing dimensions. */
  private static List<TestClick> traffic(Random random, List<String> ids, int count) {
    List<TestClick> clicks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean repeat = !ids.isEmpty() && random.nextInt(8) == 0;
      String id =
          repeat
              ? ids.get(random.nextInt(ids.size()))
              : new UUID(random.nextLong(), random.nextLong()).toString();
      ids.add(id);
      int ad = 1 + random.nextInt(4);
      clicks.add(
          new TestClick(
              id,
              BillingRunDays.start(DAY_1)
                  .plus(Duration.ofDays(random.nextInt(3)))
                  .plus(Duration.ofHours(HOURS[random.nextInt(HOURS.length)]))
                  .plusMillis(random.nextInt(3_600_000)),
              "ad-" + ad,
              "publisher-" + random.nextInt(2),
              ad == 4 ? "claimed" : null,
              random.nextInt(5) == 0 ? null : "FR",
              "PHONE",
              random.nextInt(10) == 0 ? List.of("test-robot") : List.of(),
              random.nextInt(10) == 0 ? null : "user-" + random.nextInt(500),
              HOSTS.get(random.nextInt(HOSTS.size())),
              null));
    }
    return clicks;
  }
}
