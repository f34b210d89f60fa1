package io.clickledger.batch.billing.run;

import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.TestLake;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.PositionedAppend;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.commit.StagedFiles;
import io.clickledger.lake.landed.OnTimeRule;
import io.clickledger.lake.migrate.Migrations;
import io.clickledger.metadata.MetadataMigrations;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.rules.json.ClickTimes;
import io.clickledger.sandbox.parts.LossyPostgres;
import io.clickledger.sandbox.parts.PostgresServer;
import io.clickledger.schemas.RawClicks;
import io.clickledger.settings.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A migrated lake with metadata beside its catalog, and what LandClicks would do to it. */
public final class BillingLake implements AutoCloseable {
  /** As the default: landing takes clicks of nearly this age. */
  public static final Duration DEDUP_HORIZON = ClickTimes.MAX_BEFORE_REFERENCE.plusDays(1);

  private static final int PARTITIONS = 4;
  private static final String TOPIC_ID = "topic-id";

  private final TestLake lake;
  private final BatchSettings settings;
  private final List<Landed> landed = new ArrayList<>();
  private final Map<Integer, Long> ends = new TreeMap<>();

  /** A click and where it landed. */
  public record Landed(TestClick click, int partition, long offset, Instant landedAt) {}

  private BillingLake(TestLake lake, BatchSettings settings) {
    this.lake = lake;
    this.settings = settings;
  }

  public static BillingLake migrated() {
    return migrated(TestSpark.local());
  }

  /** With a session of its own settings. */
  public static BillingLake migrated(SparkSession.Builder session) {
    PostgresServer postgres = PostgresServer.temporary();
    MetadataMigrations.migrate(postgres.dataSource());
    TestLake lake = TestLake.in(postgres, session);
    new Migrations().migrate(lake.spark(), Instant.EPOCH);
    BillingLake billing =
        new BillingLake(
            lake,
            new BatchSettings(
                lake.settings(),
                new MetadataSettings(
                    postgres.jdbcUrl(),
                    postgres.user(),
                    Optional.of(Secret.of(postgres.password())),
                    Duration.ofSeconds(30)),
                new BatchSettings.Privacy("1", Secret.of("00112233445566778899aabbccddeeff")),
                new BatchSettings.Billing(DEDUP_HORIZON, DEDUP_HORIZON.multipliedBy(2), 0.01, 500),
                new BatchSettings.Fraud(BatchSettings.BehaviourMode.OFF),
                new BatchSettings.Upkeep(
                    Duration.ofMinutes(10),
                    Duration.ofHours(2),
                    Duration.ofDays(35),
                    Duration.ofDays(35),
                    Duration.ofDays(730),
                    Duration.ofDays(3))));
    // The clicks of a test land at times of its own.
    billing.recordMetadataAt(Instant.parse("9000-01-01T00:00:00Z"));
    return billing;
  }

  public SparkSession spark() {
    return lake.spark();
  }

  public BatchSettings settings() {
    return settings;
  }

  public PostgresServer postgres() {
    return lake.postgres();
  }

  /** The way to the catalog, which can lose answers. */
  public LossyPostgres lossy() {
    return lake.lossy();
  }

  /** Everything that ever landed, in the order of landing. */
  public List<Landed> landed() {
    return landed;
  }

  /** When metadata that are written from now on came, as the store says. */
  public void recordMetadataAt(Instant at) {
    metadata(
        Stream.of("advertisers", "campaigns", "ads", "publishers")
            .map(
                table ->
                    "ALTER TABLE metadata.%s_versions ALTER COLUMN recorded_at SET DEFAULT '%s'"
                        .formatted(table, at))
            .toArray(String[]::new));
  }

  /** Runs statements on the metadata store, whose triggers keep the histories. */
  public void metadata(String... statements) {
    try (Connection connection = postgres().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs the billing run of a date at a time. */
  public BillingRunOutcome night(LocalDate date, Instant now) {
    return night(settings, date, now);
  }

  /** The same with other settings. */
  public BillingRunOutcome night(BatchSettings settings, LocalDate date, Instant now) {
    Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    return new RollUpClicksJob(spark(), settings, clock, line -> {})
        .run(BillingRunOptions.of(date));
  }

  /** Lands the clicks as one batch. */
  public void land(Instant landedAt, List<TestClick> clicks) {
    KafkaPosition from = KafkaPosition.of(ends);
    List<Row> rows = new ArrayList<>();
    StructType schema = spark().table(RawClicks.TABLE.toString()).schema();
    for (TestClick click : clicks) {
      int partition = Math.floorMod(click.clickId().hashCode(), PARTITIONS);
      long offset = ends.merge(partition, 1L, Long::sum) - 1;
      Landed place = new Landed(click, partition, offset, landedAt);
      landed.add(place);
      rows.add(row(schema, place));
    }
    Table raw = LakeTables.load(spark(), RawClicks.TABLE);
    if (CommittedPosition.newest(raw, QueryNames.LAND_CLICKS).isEmpty()) {
      append(raw, Optional.empty(), from, landedAt, List.of());
    }
    append(raw, Optional.of(from), KafkaPosition.of(ends), landedAt, rows);
  }

  private void append(
      Table raw, Optional<KafkaPosition> from, KafkaPosition to, Instant landedAt, List<Row> rows) {
    Map<Integer, Long> counts = new TreeMap<>();
    int partition = raw.schema().columns().indexOf(raw.schema().findField("kafka_partition"));
    rows.forEach(row -> counts.merge(row.getInt(partition), 1L, Long::sum));
    StructType schema = spark().table(RawClicks.TABLE.toString()).schema();
    new PositionedAppend(
            QueryNames.LAND_CLICKS,
            TOPIC_ID,
            from,
            to,
            landedAt,
            Map.of(CommittedPosition.ROWS, KafkaPosition.of(counts).toString()))
        .commit(
            raw,
            rows.isEmpty()
                ? List.of()
                : StagedFiles.write(spark().createDataFrame(rows, schema).coalesce(1), raw));
  }

  private static Row row(StructType schema, Landed place) {
    Map<String, Object> values = place.click().columns();
    values.put(RawClicks.KAFKA_PARTITION, place.partition());
    values.put(RawClicks.KAFKA_OFFSET, place.offset());
    values.put(RawClicks.KAFKA_TIMESTAMP, place.landedAt());
    values.put(RawClicks.LANDED_AT, place.landedAt());
    values.put(RawClicks.ON_TIME, OnTimeRule.isOnTime(place.click().clickedAt(), place.landedAt()));
    return RowFactory.create(Stream.of(schema.fieldNames()).map(values::get).toArray());
  }

  @Override
  public void close() {
    lake.close();
  }
}
