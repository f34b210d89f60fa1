package io.clickledger.streaming.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.metadata.MetadataChanges;
import io.clickledger.metadata.MetadataMigrations;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.sandbox.parts.PostgresServer;
import io.clickledger.streaming.query.MetadataCache;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MetadataIT {
  private static final Duration REFRESH = Duration.ofSeconds(30);

  private static PostgresServer postgres;
  private static SparkSession spark;

  private Instant now = Instant.now();
  private final MetadataCache metadata =
      new MetadataCache(
          JavaSparkContext.fromSparkContext(spark.sparkContext()),
          new MetadataStore(postgres.dataSource()),
          REFRESH);

  @BeforeAll
  static void start() throws SQLException {
    postgres = PostgresServer.temporary();
    MetadataMigrations.migrate(postgres.dataSource());
    execute(
        "INSERT INTO metadata.advertisers VALUES ('adv-1', 'One', 'Europe/Berlin', 'EUR')",
        "INSERT INTO metadata.campaigns VALUES ('cmp-1', 'adv-1', 'One', '2020-01-01')",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'cmp-1', 'One', 1)",
        "INSERT INTO metadata.publishers VALUES ('pub-1', 'One', 'one.example', 50)");
    spark =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", "false").getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
    postgres.close();
  }

  @Test
  void broadcastsNothingAgainWhereNothingChanged() {
    MetadataCache.Snapshot first = metadata.asOf(later());

    assertThat(metadata.asOf(later())).isEqualTo(first);
    assertThat(metadata.withRules(Set.of("not-heard-of-before"), now)).isEqualTo(first);
    assertThat(first.ads().isValid()).isTrue();
  }

  @Test
  void broadcastsAgainOnlyWhatChanged() throws SQLException {
    MetadataCache.Snapshot first = metadata.asOf(later());

    execute("UPDATE metadata.publishers SET domain = '%s'".formatted(domain()));
    MetadataCache.Snapshot second = metadata.asOf(later());
    execute("UPDATE metadata.ads SET cpc_micros = cpc_micros + 1");
    MetadataCache.Snapshot third = metadata.asOf(later());
    FraudRules shipped = FraudRules.shipped();
    FraudRulesPublication.publish(
        postgres.dataSource(),
        FraudRules.parse(shipped.document().replace(shipped.version(), "only-what-changed")));
    MetadataCache.Snapshot fourth = metadata.asOf(later());

    assertThat(second.ads()).isSameAs(first.ads());
    assertThat(second.rules()).isSameAs(first.rules());
    assertThat(second.publishers()).isNotSameAs(first.publishers());
    assertThat(third.ads()).isNotSameAs(second.ads());
    assertThat(third.publishers()).isSameAs(second.publishers());
    assertThat(fourth.ads()).isSameAs(third.ads());
    assertThat(fourth.rules().value().version()).isEqualTo("only-what-changed");
  }

  @Test
  void renewsPricesWhereTheRulesCannotBeRead() throws SQLException {
    MetadataCache.Snapshot first = metadata.asOf(later());
    execute(
        "INSERT INTO metadata.fraud_rules (version, document) VALUES ('of-another-program',"
            + " '{\"version\": \"of-another-program\", \"rules\": 7}')",
        "UPDATE metadata.ads SET cpc_micros = cpc_micros + 1");

    MetadataCache.Snapshot second = metadata.asOf(later());

    assertThat(second.ads()).isNotSameAs(first.ads());
    assertThat(second.rules()).isSameAs(first.rules());
    assertThat(metadata.withRules(Set.of("of-another-program"), now).rules())
        .isSameAs(first.rules());

    FraudRules shipped = FraudRules.shipped();
    FraudRulesPublication.publish(
        postgres.dataSource(),
        FraudRules.parse(shipped.document().replace(shipped.version(), "readable-again")));
    assertThat(metadata.asOf(later()).rules().value().version()).isEqualTo("readable-again");
  }

  @Test
  void destroysWhatWasReplacedOnceNoThreadHasIt() throws Exception {
    ExecutorService otherQuery = Executors.newSingleThreadExecutor();
    try {
      MetadataCache.Snapshot first = otherQuery.submit(() -> metadata.asOf(later())).get();
      metadata.asOf(now);

      execute("UPDATE metadata.publishers SET domain = '%s'".formatted(domain()));
      metadata.asOf(later());
      assertThat(first.publishers().isValid()).isTrue();

      MetadataCache.Snapshot second = otherQuery.submit(() -> metadata.asOf(now)).get();
      assertThat(first.publishers().isValid()).isFalse();
      assertThat(second.publishers().isValid()).isTrue();
      assertThat(second.ads().isValid()).isTrue();
    } finally {
      otherQuery.shutdownNow();
    }
  }

  @Test
  void destroysWhatAThreadHadThatHasEnded() throws Exception {
    MetadataCache.Snapshot first = ofThreadThatEnds();

    execute("UPDATE metadata.publishers SET domain = '%s'".formatted(domain()));
    metadata.asOf(later());

    assertThat(first.publishers().isValid()).isFalse();
  }

  @Test
  void readsAChangeWithTheNextBatchAfterItsNotification() throws Exception {
    MetadataCache.Snapshot first = metadata.asOf(later());
    MetadataChanges changes =
        MetadataChanges.subscribe(postgres.dataSource(), new MetadataListener(metadata));
    try {
      // The first one is notified in any case.
      awaitOther(first, () -> execute("UPDATE metadata.ads SET cpc_micros = cpc_micros + 1"));
      MetadataCache.Snapshot second = metadata.asOf(now);
      awaitOther(second, () -> execute("UPDATE metadata.ads SET cpc_micros = cpc_micros + 1"));
    } finally {
      changes.close();
    }
  }

  @Test
  void notifiesOfChangesAgainAfterItsConnectionWasLost() throws Exception {
    BlockingQueue<String> notified = new LinkedBlockingQueue<>();
    MetadataChanges changes =
        MetadataChanges.subscribe(postgres.dataSource(), new RecordedListener(notified));
    try {
      assertThat(notified.poll(20, TimeUnit.SECONDS)).isEqualTo("changed");

      execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'clickledger metadata changes'");
      execute("UPDATE metadata.ads SET cpc_micros = cpc_micros + 1");

      assertThat(notified.poll(20, TimeUnit.SECONDS)).isEqualTo("lost");
      assertThat(notified.poll(20, TimeUnit.SECONDS)).isEqualTo("regained");
      assertThat(notified.poll(20, TimeUnit.SECONDS)).isEqualTo("changed");
      execute("UPDATE metadata.publishers SET domain = '%s'".formatted(domain()));
      assertThat(notified.poll(20, TimeUnit.SECONDS)).isEqualTo("changed");
    } finally {
      changes.close();
    }
  }

  @Test
  void asksForUnknownIdsRarelyAndKeepsTheBatchsRules() throws SQLException {
    MetadataCache.Snapshot first = metadata.asOf(later());
    execute("UPDATE metadata.ads SET cpc_micros = cpc_micros + 1");
    FraudRules shipped = FraudRules.shipped();
    FraudRulesPublication.publish(
        postgres.dataSource(),
        FraudRules.parse(shipped.document().replace(shipped.version(), "since-the-batch-began")));

    MetadataCache.Snapshot second = metadata.withNewIds(first, now).orElseThrow();
    execute("UPDATE metadata.ads SET cpc_micros = cpc_micros + 1");

    assertThat(second.ads()).isNotSameAs(first.ads());
    assertThat(second.publishers()).isSameAs(first.publishers());
    assertThat(second.rules()).isSameAs(first.rules());
    assertThat(first.rules().isValid()).isTrue();
    assertThat(first.ads().isValid()).isFalse();
    Instant tooSoon = now.plus(MetadataCache.UNKNOWN_IDS_INTERVAL).minusMillis(1);
    assertThat(metadata.withNewIds(second, tooSoon)).isEmpty();
    assertThat(metadata.withNewIds(second, tooSoon.plusMillis(1))).isPresent();
  }

  @Test
  void pausesBetweenReadsHoweverManyChangesAreNotified() throws SQLException {
    metadata.asOf(later());
    execute("UPDATE metadata.ads SET cpc_micros = cpc_micros + 1");
    MetadataCache.Snapshot second = metadata.asOf(later());
    execute("UPDATE metadata.ads SET cpc_micros = cpc_micros + 1");
    metadata.changed();

    assertThat(metadata.asOf(now)).isEqualTo(second);
    assertThat(metadata.asOf(now.plus(REFRESH)).ads()).isNotSameAs(second.ads());
  }

  /** Until a batch that begins before the refresh has other ads. */
  private void awaitOther(MetadataCache.Snapshot copy, ThrowingRunnable change) throws Exception {
    change.run();
    Instant end = Instant.now().plusSeconds(20);
    while (metadata.asOf(now).ads() == copy.ads()) {
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(20);
      now = now.plusMillis(20);
    }
  }

  private interface ThrowingRunnable {
    void run() throws SQLException;
  }

  private record RecordedListener(BlockingQueue<String> notified)
      implements MetadataChanges.Listener {
    @Override
    public void changed() {
      notified.add("changed");
    }

    @Override
    public void lost(SQLException cause) {
      notified.add("lost");
    }

    @Override
    public void regained() {
      notified.add("regained");
    }
  }

  private MetadataCache.Snapshot ofThreadThatEnds() throws InterruptedException {
    MetadataCache.Snapshot[] copy = new MetadataCache.Snapshot[1];
    Thread thread = new Thread(() -> copy[0] = metadata.asOf(later()));
    thread.start();
    thread.join();
    return copy[0];
  }

  private Instant later() {
    now = now.plus(REFRESH).plusSeconds(1);
    return now;
  }

  private static String domain() {
    return "d" + System.nanoTime() + ".example";
  }

  private static void execute(String... statements) throws SQLException {
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
