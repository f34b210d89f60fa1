package io.clickledger.history;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.fraud.StatefulRules;
import io.clickledger.rules.history.ClickHistory;
import io.clickledger.schemas.RawClicks;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoriesIT {
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final StatefulRules RULES = FraudRules.shipped().stateful();
  private static final StructType SCHEMA =
      new StructType()
          .add(RawClicks.CLICK_ID, DataTypes.StringType)
          .add(RawClicks.CLICKED_AT, DataTypes.TimestampType)
          .add(RawClicks.AD_ID, DataTypes.StringType)
          .add(RawClicks.IP_HASH, DataTypes.StringType)
          .add(RawClicks.USER_HASH, DataTypes.StringType)
          .add(RawClicks.KAFKA_PARTITION, DataTypes.IntegerType)
          .add(RawClicks.KAFKA_OFFSET, DataTypes.LongType)
          .add(RawClicks.LANDED_AT, DataTypes.TimestampType);

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  record Click(
      UUID clickId,
      long second,
      int ad,
      int address,
      int user,
      int partition,
      long offset,
      long landedAt) {

    Row row() {
      return RowFactory.create(
          clickId.toString(),
          Timestamp.from(Instant.ofEpochSecond(second)),
          "ad-" + ad,
          "%016x".formatted(address) + "0".repeat(16),
          user == 0 ? null : "%016x".formatted(user) + "0".repeat(16),
          partition,
          offset,
          Timestamp.from(Instant.ofEpochMilli(landedAt)));
    }
  }

  /** Against one history that is shown every click, one after the other. */
  @ParameterizedTest
  @CsvSource({
    // how many addresses and users there are: few make every rule match
    "1, false",
    "3, true",
    "40, true",
    "40, false",
    "5000, true"
  })
  void marksClicksInAnyOrderAsOneHistoryDoes(int keys, boolean shuffled) {
    Random random = new Random(keys);
    Histories histories = new Histories(WINDOW, 7, 42);
    Reference reference = new Reference();
    List<Click> earlier = new ArrayList<>();
    int marked = 0;
    for (int batch = 0; batch < 3; batch++) {
      List<Click> clicks = clicks(random, keys, batch, earlier);
      earlier.addAll(clicks);
      Map<Click, Integer> expected = reference.marks(clicks);

      List<Click> rows = new ArrayList<>(clicks);
      if (shuffled) {
        Collections.shuffle(rows, random);
      }
      ClickMarks marks =
          histories.feed(batch(rows, 1 + batch), newest(clicks), RULES, () -> HistoryWindow.EMPTY);

      for (Click click : clicks) {
        assertThat(marks.at(click.partition(), click.offset()))
            .as("%s", click)
            .isEqualTo(expected.getOrDefault(click, 0));
        marked += expected.getOrDefault(click, 0) == 0 ? 0 : 1;
      }
    }
    assertThat(marked).isPositive();
  }

  /** The window comes in pieces; what it says itself nobody hears. */
  @ParameterizedTest
  @CsvSource({"1", "40", "5000"})
  void marksClicksAfterALoadedWindowAsAfterAFedOne(int keys) {
    Random random = new Random(keys);
    Histories histories = new Histories(WINDOW, 7, 42);
    Reference reference = new Reference();
    List<Click> earlier = new ArrayList<>();
    List<List<Click>> pieces = new ArrayList<>();
    for (int batch = 0; batch < 2; batch++) {
      List<Click> clicks = clicks(random, keys, batch, earlier);
      earlier.addAll(clicks);
      reference.marks(clicks);
      pieces.add(clicks);
    }
    histories.load(() -> new ClickPieces(pieces, clicks -> dataset(clicks, 2)));

    List<Click> clicks = clicks(random, keys, 2, earlier);
    Map<Click, Integer> expected = reference.marks(clicks);
    ClickMarks marks =
        histories.feed(
            batch(clicks, 2),
            newest(clicks),
            RULES,
            () -> {
              throw new AssertionError("the window is known");
            });

    assertThat(expected).isNotEmpty();
    for (Click click : clicks) {
      assertThat(marks.at(click.partition(), click.offset()))
          .as("%s", click)
          .isEqualTo(expected.getOrDefault(click, 0));
    }
  }

  static Instant newest(List<Click> clicks) {
    return Instant.ofEpochMilli(clicks.stream().mapToLong(Click::landedAt).max().orElseThrow());
  }

  @Test
  void readsTheClicksOfABatchOnce() {
    Random random = new Random(1);
    List<Click> clicks = clicks(random, 40, 0, List.of());
    LongAccumulator reads = spark.sparkContext().longAccumulator();
    UDF1<String, String> counted =
        id -> {
          reads.add(1);
          return id;
        };
    Dataset<Row> source =
        batchRows(clicks, 2)
            .withColumn(
                RawClicks.CLICK_ID,
                udf(counted, DataTypes.StringType)
                    .asNondeterministic()
                    .apply(col(RawClicks.CLICK_ID)));

    List<Long> offsets;
    ClickBatch batch = ClickBatch.of(source);
    try (batch) {
      new Histories(WINDOW, 7, 42).feed(batch, newest(clicks), RULES, () -> HistoryWindow.EMPTY);
      offsets = batch.rows().map(click -> click.getLong(ClickBatch.KAFKA_OFFSET)).collect();
    }

    assertThat(reads.value()).isEqualTo(clicks.size());
    assertThat(offsets)
        .containsExactlyInAnyOrderElementsOf(clicks.stream().map(Click::offset).toList());
    assertThat(batch.rows().getStorageLevel()).isEqualTo(StorageLevel.NONE());
  }

  static Dataset<Row> dataset(List<Click> clicks, int tasks) {
    return SparkSession.active()
        .createDataFrame(clicks.stream().map(Click::row).toList(), SCHEMA)
        .coalesce(tasks);
  }

  static ClickBatch batch(List<Click> clicks, int tasks) {
    return ClickBatch.of(batchRows(clicks, tasks));
  }

  /** The columns that no history needs are empty. */
  private static Dataset<Row> batchRows(List<Click> clicks, int tasks) {
    Dataset<Row> rows = dataset(clicks, tasks);
    for (String column :
        List.of(
            RawClicks.CAMPAIGN_ID,
            RawClicks.PUBLISHER_ID,
            RawClicks.GEO_COUNTRY,
            RawClicks.DEVICE_TYPE,
            RawClicks.FRAUD_FLAGS,
            RawClicks.PAGE_HOST)) {
      rows = rows.withColumn(column, lit(null));
    }
    return rows;
  }

  /** Of some landings and partitions; half of them on one key, some a second time. */
  static List<Click> clicks(Random random, int keys, int batch, List<Click> earlier) {
    List<Click> clicks = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      int landing = i / 1_000;
      long landedAt = NOON.toEpochMilli() + (batch * 4L + landing) * 300_000;
      long offset = batch * 4_000L + i;
      if (random.nextInt(10) == 0 && !earlier.isEmpty()) {
        Click again = earlier.get(random.nextInt(earlier.size()));
        clicks.add(
            new Click(
                again.clickId,
                again.second,
                again.ad,
                again.address,
                again.user,
                i % 3,
                offset,
                landedAt));
        continue;
      }
      int key = random.nextBoolean() ? 1 : 1 + random.nextInt(keys);
      clicks.add(
          new Click(
              new UUID(random.nextInt(50), random.nextLong()),
              landedAt / 1_000 - random.nextInt(200),
              random.nextInt(4),
              key,
              random.nextInt(5) == 0 ? 0 : key,
              i % 3,
              offset,
              landedAt));
    }
    return clicks;
  }

  /** All clicks in one history, without buckets, chunks and short hashes. */
  static final class Reference {
    private final ClickHistory history = new ClickHistory(WINDOW, 1);
    private final Map<UUID, Integer> numbers = new HashMap<>();

    Map<Click, Integer> marks(List<Click> clicks) {
      List<Click> inOrder = new ArrayList<>(clicks);
      inOrder.sort(
          Comparator.comparing(Click::landedAt)
              .thenComparing(Click::partition)
              .thenComparing(Click::offset));
      Map<Click, Integer> marks = new HashMap<>();
      for (Click click : inOrder) {
        int number = numbers.computeIfAbsent(click.clickId, id -> numbers.size());
        int second = (int) click.second;
        if (history.repeats(
            click.clickId.getMostSignificantBits(),
            click.clickId.getLeastSignificantBits(),
            click.landedAt)) {
          marks.merge(click, ClickMarks.DUPLICATE, (one, other) -> one | other);
        }
        int matched = history.ofAddress(click.address, second, number, click.landedAt, RULES);
        if (click.user != 0) {
          matched |= history.ofUser(click.user, second, number, click.ad, click.landedAt, RULES);
        }
        if (matched != 0) {
          marks.merge(click, ClickMarks.ofRules(matched), (one, other) -> one | other);
        }
      }
      return marks;
    }
  }
}
