package io.clickledger.batch.billing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.run.BillingRunGate.BeforeGate;
import io.clickledger.batch.billing.run.StreamedLake.Arrival;
import io.clickledger.batch.upkeep.TestUpkeep;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.programs.RefusedException;
import io.clickledger.programs.TryLaterException;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.json.ClickTimes;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.RawClicks;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Twenty billing runs over three months of one lake with all that may happen to it, each
 * publication held against brute force over everything that was sent; then what must stop a billing
 * run.
 */
class MonthOfBillingRunsIT {
  /** Far ahead: snapshots have the time of the real clock, and are all old for upkeep. */
  private static final LocalDate FIRST = LocalDate.parse("2041-01-10");

  private static final LocalDate QUIET = FIRST.plusDays(4);
  private static final Duration CLOSE_AFTER = ClickTimes.MAX_BEFORE_REFERENCE.plusDays(1);

  /** So that of days with about a dozen clicks some are judged again and others are added to. */
  private static final double AGAIN_SHARE = 0.2;

  /**
   * Days from each billing run's date to the next one's; in the end raw is older than it is kept.
   */
  private static final int[] STEPS = {1, 1, 1, 1, 1, 2, 1, 1, 3, 1, 6, 1, 9, 9, 9, 9, 9, 9, 9, 1};

  private static final FraudRules RULES =
      rules(
          "month-1",
          TestRules.withoutStatefulOnes()
              .replaceFirst(
                  "\"rules\" *: *\\[",
                  "\"rules\": [{\"id\": \"test-robot\", \"class\": \"GENERAL_INVALID\","
                      + " \"type\": \"network\", \"networks\": [\"AS64500\"],"
                      + " \"meaning\": \"test\"},"
                      + " {\"id\": \"test-behaviour\", \"class\": \"SOPHISTICATED_INVALID\","
                      + " \"type\": \"network\", \"networks\": [\"AS64501\"],"
                      + " \"meaning\": \"test\"},"));

  private static final FraudRules NEXT_RULES =
      rules(
          "month-2",
          RULES
              .document()
              .replaceFirst("\"page_caches\" *: *\\[ *", "\"page_caches\": [\"cache.example\", "));

  private static BillingLake lake;
  private static BatchSettings settings;
  private static StreamedLake streams;
  private static ExpectedMetadata metadata;
  private static ExpectedPublications expected;
  private static PublicationCheck check;
  private static MonthTraffic traffic;
  private static Instant landedAt;
  private static LocalDate date;
  private static int sent;

  private static FraudRules rules(String version, String document) {
    return FraudRules.parse(
        document.replaceFirst("\"version\" *: *\"[^\"]*\"", "\"version\": \"" + version + "\""));
  }

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    BatchSettings base = lake.settings();
    BatchSettings.Upkeep upkeep = base.upkeep();
    settings =
        new BatchSettings(
            base.lake(),
            base.metadata(),
            base.privacy(),
            new BatchSettings.Billing(BillingLake.DEDUP_HORIZON, CLOSE_AFTER, AGAIN_SHARE, 1_000),
            base.fraud(),
            new BatchSettings.Upkeep(
                upkeep.foldAfter(),
                upkeep.compactAfter(),
                upkeep.keepLive(),
                upkeep.keepRejected(),
                BillingLake.DEDUP_HORIZON.plus(CLOSE_AFTER),
                upkeep.orphanAge()));
    streams = new StreamedLake(lake.spark(), "topic-1");
    metadata = new ExpectedMetadata();
    expected =
        new ExpectedPublications(BillingLake.DEDUP_HORIZON, CLOSE_AFTER, AGAIN_SHARE, metadata);
    check = new PublicationCheck(lake.spark(), expected);
    traffic = new MonthTraffic(5, 14, QUIET);
    landedAt = start(FIRST.minusDays(1));
    date = FIRST;
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-1', 'One', 'Europe/Paris', 'EUR'),"
            + " ('v-2', 'Two', 'UTC', 'USD')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-1', 'v-1', 'C1', '2026-01-01'), ('c-2', 'v-2', 'C2', '2026-01-01')",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'c-1', 'A1', 250000),"
            + " ('ad-2', 'c-1', 'A2', 300001), ('ad-3', 'c-2', 'A3', 7)",
        "INSERT INTO metadata.publishers VALUES ('publisher-0', 'P0', 'news.example', 70)");
    metadata.putAd("ad-1", Instant.EPOCH, owner("v-1", "c-1", "EUR", 250_000));
    metadata.putAd("ad-2", Instant.EPOCH, owner("v-1", "c-1", "EUR", 300_001));
    metadata.putAd("ad-3", Instant.EPOCH, owner("v-2", "c-2", "USD", 7));
    metadata.putPublisher("publisher-0", Instant.EPOCH, "news.example");
    publish(RULES, Set.of());
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  private static ExpectedMetadata.Owner owner(
      String advertiser, String campaign, String currency, long cpcMicros) {
    return new ExpectedMetadata.Owner(advertiser, campaign, currency, cpcMicros);
  }

  private static void publish(FraudRules rules, Set<String> caches) {
    FraudRulesPublication.publish(lake.postgres().dataSource(), rules);
    metadata.putRules(rules.version(), caches);
  }

  @Test
  void publishesAMonthExactlyAndProvesIt() throws Exception {
    everyNightPublishesWhatBruteForceGives();
    aDayThatLostRowsStopsTheNightUntilItIsClosed();
    refusesClosedDays();
    closesADayWhereNothingElseIsNew();
    aLandingWhoseRowsAreGoneStopsTheNight();
  }

  private void everyNightPublishesWhatBruteForceGives() throws Exception {
    Random random = new Random(11);
    for (int night = 0; night < STEPS.length; night++) {
      if (night > 0 && STEPS[night - 1] > 3) {
        // What lands long before its night must not lose what it repeats meanwhile.
        land(start(date.minusDays(STEPS[night - 1] - 2L)));
      }
      if (night == 3 || night == 11) {
        landedAt = landedAt.plusSeconds(1);
        streams.recreateTopic("topic-1-" + night, landedAt);
      }
      change(night);
      if (night % 3 == 1) {
        TestUpkeep.run(lake.spark(), settings, now());
      }
      land(now().minusSeconds(3_600));
      if (night == 9) {
        landAt(now().minusSeconds(1_800), List.of(late("quiet", QUIET)));
      }
      if (night % 4 == 1) {
        kill(1 + random.nextInt(4), random.nextBoolean());
      }
      if (night == 7 || night == 14) {
        runTwoAtOnce();
      } else if (night == 8 || night == 12 || night == 16) {
        // A billing run of five hours.
        verify(
            night(
                date,
                fixed(now()),
                report -> TestUpkeep.run(lake.spark(), settings, now().plus(Duration.ofHours(5)))),
            date,
            Set.of());
      } else if (night == 15) {
        runBesideUpkeep();
      } else {
        verify(night(date), date, Set.of());
      }
      if (night % 5 == 3) {
        // An open day of some time ago, asked for.
        LocalDate open = date.minusDays(Math.min(night, 20));
        verify(night(open), open, Set.of());
        assertThat(night(date)).isInstanceOf(BillingRunOutcome.Unchanged.class);
      }
      date = date.plusDays(STEPS[night]);
    }

    // All of it happened.
    assertThat(expected.closedBefore()).isAfter(FIRST.plusDays(30));
    long rows = lake.spark().table(RawClicks.TABLE.toString()).count();
    assertThat(rows).isPositive().isLessThan(sent);
    assertThat(expected.days().get(QUIET).revision()).isPositive();
    assertThat(databaseSessions()).as("sessions of PostgreSQL that stay open").isLessThan(20);
  }

  private static long databaseSessions() throws SQLException {
    try (Connection connection = lake.postgres().dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet sessions =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL")) {
      sessions.next();
      return sessions.getLong(1);
    }
  }

  /** Metadata that come late, prices that are corrected, other rules. */
  private static void change(int night) {
    Instant weekAgo = now().minus(Duration.ofDays(7));
    switch (night) {
      case 3 -> {
        lake.metadata(
            "INSERT INTO metadata.publishers VALUES ('publisher-1', 'P1', 'other.example', 70)");
        metadata.putPublisher("publisher-1", Instant.EPOCH, "other.example");
      }
      case 6 -> publish(NEXT_RULES, Set.of("cache.example"));
      case 8 -> {
        lake.metadata("INSERT INTO metadata.ads VALUES ('ad-4', 'c-2', 'A4', 1250000)");
        metadata.putAd("ad-4", Instant.EPOCH, owner("v-2", "c-2", "USD", 1_250_000));
      }
      case 10 -> {
        lake.metadata(
            "SET clickledger.valid_from = '" + weekAgo + "'",
            "UPDATE metadata.ads SET cpc_micros = 350000 WHERE ad_id = 'ad-1'",
            "UPDATE metadata.publishers SET domain = 'moved.example'"
                + " WHERE publisher_id = 'publisher-1'",
            "RESET clickledger.valid_from");
        metadata.putAd("ad-1", weekAgo, owner("v-1", "c-1", "EUR", 350_000));
        metadata.putPublisher("publisher-1", weekAgo, "moved.example");
      }
      case 13 -> {
        lake.metadata(
            "INSERT INTO metadata.publishers VALUES ('publisher-2', 'P2', 'news.example', 70)");
        metadata.putPublisher("publisher-2", Instant.EPOCH, "news.example");
      }
      default -> {
        // Most billing runs bring clicks only.
      }
    }
  }

  private static void kill(int reading, boolean upkeepAfterwards) {
    Optional<Publication> before = current();
    assertThatThrownBy(() -> night(date, diesAt(reading), BeforeGate.NOTHING)).hasMessage("killed");
    assertThat(current()).isEqualTo(before);
    if (upkeepAfterwards) {
      TestUpkeep.run(lake.spark(), settings, now());
    }
  }

  private static void runTwoAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Callable<Optional<BillingRunOutcome>> night =
          () -> {
            try {
              return Optional.of(night(date));
            } catch (TryLaterException e) {
              assertThat(e).hasMessageContaining("another billing run is in progress");
              return Optional.empty();
            }
          };
      List<BillingRunOutcome> published = new ArrayList<>();
      for (Future<Optional<BillingRunOutcome>> outcome : threads.invokeAll(List.of(night, night))) {
        outcome
            .get()
            .filter(done -> done instanceof BillingRunOutcome.Published)
            .ifPresent(published::add);
      }
      assertThat(published).hasSize(1);
      verify(published.get(0), date, Set.of());
    } finally {
      threads.shutdown();
    }
  }

  /** Upkeep begins as soon as the billing run has pinned what it reads. */
  private static void runBesideUpkeep() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    AtomicBoolean over = new AtomicBoolean();
    try {
      Future<Boolean> upkeep =
          threads.submit(
              () -> {
                while (!over.get()) {
                  if (LakeTables.load(lake.spark(), RawClicks.TABLE)
                      .refs()
                      .containsKey("billing_run")) {
                    TestUpkeep.run(lake.spark(), settings, now().plus(Duration.ofHours(5)));
                    return true;
                  }
                }
                return false;
              });
      BillingRunOutcome outcome = night(date);
      over.set(true);
      assertThat(upkeep.get()).isTrue();
      verify(outcome, date, Set.of());
    } finally {
      over.set(true);
      threads.shutdown();
    }
  }

  private static void verify(BillingRunOutcome outcome, LocalDate asked, Set<LocalDate> closeDays) {
    ExpectedPublications.Outcome awaited = expected.run(asked, closeDays);
    if (awaited.publishes()) {
      assertThat(outcome).isInstanceOf(BillingRunOutcome.Published.class);
      Publication publication = ((BillingRunOutcome.Published) outcome).publication();
      assertThat(current()).contains(publication);
      check.check(publication, awaited);
    } else {
      assertThat(outcome).isInstanceOf(BillingRunOutcome.Unchanged.class);
    }
  }

  private static BillingRunOutcome night(LocalDate asked) {
    return night(asked, fixed(now()), BeforeGate.NOTHING);
  }

  private static BillingRunOutcome night(LocalDate asked, Clock clock, BeforeGate beforeGate) {
    return new RollUpClicksJob(lake.spark(), settings, clock, beforeGate, line -> {})
        .run(BillingRunOptions.of(asked));
  }

  /** When the billing run of the date runs. */
  private static Instant now() {
    return start(date.plusDays(1)).plus(Duration.ofHours(3));
  }

  private static void land(Instant at) {
    List<Arrival> arrivals = traffic.between(landedAt, at);
    landAt(at, arrivals);
  }

  private static void landAt(Instant at, List<Arrival> arrivals) {
    streams.land(at, arrivals);
    streams.count(MonthOfBillingRunsIT::judgedLive);
    expected.land(streams.landed().subList(sent, streams.landed().size()));
    sent = streams.landed().size();
    landedAt = at;
  }

  /** As live judges a click by the metadata that it has by now. */
  private static StreamedLake.Judged judgedLive(TestClick click, boolean duplicate) {
    ExpectedMetadata.Owner owner = metadata.owner(click);
    String measure = metadata.measure(click, duplicate);
    return new StreamedLake.Judged(
        owner == null ? null : owner.advertiserId(),
        owner == null ? click.campaignId() : owner.campaignId(),
        owner == null ? null : owner.currency(),
        measure,
        owner == null || !measure.equals(ClickMeasures.VALID_CLICKS) ? 0 : owner.cpcMicros());
  }

  private static Arrival late(String clickId, LocalDate day) {
    return new Arrival.Clicked(0, TestClick.click(clickId, day + "T12:00:00Z"));
  }

  private static Optional<Publication> current() {
    return new Publications(LakeTables.load(lake.spark(), BillingPublications.TABLE)).current();
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static Clock fixed(Instant now) {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  private static Clock diesAt(int reading) {
    AtomicInteger readings = new AtomicInteger();
    Instant now = now();
    return new Clock() {
      @Override
      public Instant instant() {
        if (readings.incrementAndGet() == reading) {
          throw new IllegalStateException("killed");
        }
        return now;
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private void aDayThatLostRowsStopsTheNightUntilItIsClosed() {
    date = date.plusDays(1);
    LocalDate lost = date.minusDays(12);
    land(now().minusSeconds(3_600));
    // So many that the day is judged again.
    List<Arrival> late = IntStream.range(0, 20).mapToObj(i -> late("late-" + i, lost)).toList();
    landAt(now().minusSeconds(1_800), late);
    lake.spark()
        .sql(
            "DELETE FROM raw.clicks WHERE clicked_at >= '"
                + lost
                + " 00:00:00' AND clicked_at < '"
                + lost.plusDays(1)
                + " 00:00:00' AND landed_at < '"
                + landedAt
                + "'");
    Optional<Publication> before = current();

    assertThatThrownBy(() -> night(date))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("nothing is published")
        .hasMessageContaining("published gross_clicks of " + lost + " change by");
    assertThat(current()).isEqualTo(before);

    BillingRunOutcome outcome = night(close(date, lost));

    verify(outcome, date, Set.of(lost));
    assertThat(current().orElseThrow().closed().others()).containsExactly(lost);
    assertThat(lake.spark().table("billing.runs").where("reason = 'rows were lost'").count())
        .isEqualTo(1);
  }

  private void refusesClosedDays() {
    Optional<Publication> before = current();
    for (LocalDate closed : List.of(date.minusDays(12), FIRST)) {
      assertThatThrownBy(() -> night(closed))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("date must be an open day, was " + closed);
    }
    assertThat(current()).isEqualTo(before);
  }

  private void closesADayWhereNothingElseIsNew() {
    LocalDate closed = date.minusDays(3);

    verify(night(close(date, closed)), date, Set.of(closed));

    assertThat(current().orElseThrow().closed().others()).contains(closed);
  }

  private void aLandingWhoseRowsAreGoneStopsTheNight() {
    date = date.plusDays(1);
    Instant at = now().minusSeconds(3_600);
    land(at);
    lake.spark().sql("DELETE FROM raw.clicks WHERE landed_at = TIMESTAMP '" + at + "'");
    Optional<Publication> before = current();

    assertThatThrownBy(() -> night(date))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("nothing is published")
        .hasMessageContaining("are missing");

    assertThat(current()).isEqualTo(before);
  }

  private static BillingRunOptions close(LocalDate asked, LocalDate closed) {
    return new BillingRunOptions(
        asked, new TreeSet<>(Set.of(closed)), 0, 0, Optional.of("rows were lost"), false);
  }

  private static BillingRunOutcome night(BillingRunOptions options) {
    return new RollUpClicksJob(lake.spark(), settings, fixed(now()), line -> {}).run(options);
  }
}
