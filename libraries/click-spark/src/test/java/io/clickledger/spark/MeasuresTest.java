package io.clickledger.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.RawClicks;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.datasketches.hll.HllSketch;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Duplicates, judgements and measures against a second way to count, in plain Java. */
class MeasuresTest {
  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final Instant PRICE_CHANGE = START.plusSeconds(150);

  /** Shorter than the clicks last: repeats of one click_id lie on both sides of it. */
  private static final StructType CLICK =
      new StructType()
          .add(RawClicks.CLICK_ID, DataTypes.StringType)
          .add(RawClicks.CLICKED_AT, DataTypes.TimestampType)
          .add(RawClicks.CAMPAIGN_ID, DataTypes.StringType)
          .add(RawClicks.AD_ID, DataTypes.StringType)
          .add(RawClicks.PUBLISHER_ID, DataTypes.StringType)
          .add(RawClicks.GEO_COUNTRY, DataTypes.StringType)
          .add(RawClicks.DEVICE_TYPE, DataTypes.StringType)
          .add(RawClicks.FRAUD_FLAGS, DataTypes.createArrayType(DataTypes.StringType))
          .add(RawClicks.USER_HASH, DataTypes.StringType)
          .add(RawClicks.PAGE_HOST, DataTypes.StringType)
          .add(RawClicks.KAFKA_PARTITION, DataTypes.IntegerType)
          .add(RawClicks.KAFKA_OFFSET, DataTypes.LongType)
          .add(RawClicks.LANDED_AT, DataTypes.TimestampType);

  private static SparkSession spark;
  private static Broadcast<VersionDirectory<AdVersion>> ads;
  private static Broadcast<VersionDirectory<PublisherDomain>> publishers;

  @BeforeAll
  static void startSpark() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.ansi.enabled", "true")
            .getOrCreate();
    ads =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(
                VersionDirectory.of(
                    List.of(
                        new AdVersion(
                            "ad-1", "cmp-1", "adv-1", 100, "EUR", Instant.EPOCH, PRICE_CHANGE),
                        new AdVersion("ad-1", "cmp-1", "adv-1", 300, "EUR", PRICE_CHANGE, null))));
    publishers =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(
                VersionDirectory.of(
                    List.of(
                        new PublisherDomain("pub-0", "news.example", Instant.EPOCH, PRICE_CHANGE),
                        new PublisherDomain("pub-0", "new.example", PRICE_CHANGE, null),
                        new PublisherDomain("pub-1", "news.example", Instant.EPOCH, null),
                        new PublisherDomain("pub--1", "news.example", Instant.EPOCH, null))));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void countsLikeASecondWayToCount() {
    List<Row> clicks = clicks(7, 3_000);

    Dataset<Row> judged =
        Judgements.judge(
            spark.createDataFrame(clicks, CLICK).transform(MeasuresTest::withMarks),
            ads,
            publishers,
            FraudRules.shipped());
    List<Row> minutes =
        Measures.of(judged, date_trunc("minute", col(RawClicks.CLICKED_AT)).as("minute"))
            .collectAsList();

    assertThat(minutes.stream().map(MeasuresTest::counted).toList())
        .containsExactlyInAnyOrderElementsOf(secondWay(clicks));
  }

  @Test
  void sumsToWhatTheCoarserGrainCounts() {
    Dataset<Row> judged =
        Judgements.judge(
            spark.createDataFrame(clicks(11, 3_000), CLICK).transform(MeasuresTest::withMarks),
            ads,
            publishers,
            FraudRules.shipped());
    var hour = date_trunc("hour", col(RawClicks.CLICKED_AT)).as("minute");

    Dataset<Row> minutes =
        Measures.of(judged, date_trunc("minute", col(RawClicks.CLICKED_AT)).as("minute"));
    List<Row> summed =
        Measures.sumOf(minutes, date_trunc("hour", col("minute")).as("minute")).collectAsList();

    assertThat(summed.stream().map(MeasuresTest::counted).toList())
        .containsExactlyInAnyOrderElementsOf(
            Measures.of(judged, hour).collectAsList().stream().map(MeasuresTest::counted).toList());
  }

  @Test
  void leavesCostAndOwnerOpenWhileTheAdIsUnknown() {
    Row click = click("a", START, "ad-unknown", List.of(), "u", 0, START);

    Row judged =
        Judgements.judge(
                spark.createDataFrame(List.of(click), CLICK).transform(MeasuresTest::withMarks),
                ads,
                publishers,
                FraudRules.shipped())
            .first();

    assertThat(judged.<String>getAs(Judgements.VERDICT)).isEqualTo("VALID");
    assertThat(judged.<Long>getAs(ClickMeasures.COST_MICROS)).isZero();
    assertThat(judged.<String>getAs(ClickDimensions.ADVERTISER_ID)).isNull();
    assertThat(judged.<String>getAs(ClickDimensions.CURRENCY)).isNull();
    assertThat(judged.<String>getAs(ClickDimensions.CAMPAIGN_ID)).isEqualTo("as-sent");
  }

  /** Of rows with one click_id, those that did not land first are duplicates. */
  private static Dataset<Row> withMarks(Dataset<Row> clicks) {
    return clicks
        .withColumn(
            Judgements.IS_DUPLICATE,
            row_number()
                .over(Window.partitionBy(RawClicks.CLICK_ID).orderBy(LandingOrder.columns()))
                .gt(1))
        .withColumn(Judgements.IS_LIVE_DUPLICATE, lit(false))
        .withColumn(Judgements.STATELESS_FLAGS, col(RawClicks.FRAUD_FLAGS))
        .withColumn(Judgements.STATEFUL_FLAGS, lit(new String[0]));
  }

  /** Grain and measures of one row; the sketch as its estimate, which is exact for few users. */
  private record Counted(
      Instant time,
      String ad,
      String publisher,
      long gross,
      long duplicate,
      long generalInvalid,
      long valid,
      long cost,
      long users) {}

  private static Counted counted(Row row) {
    byte[] sketch = row.getAs(ClickMeasures.UNIQUE_USERS_HLL);
    return new Counted(
        row.<Timestamp>getAs("minute").toInstant(),
        row.getAs(ClickDimensions.AD_ID),
        row.getAs(ClickDimensions.PUBLISHER_ID),
        row.getAs(ClickMeasures.GROSS_CLICKS),
        row.getAs(ClickMeasures.DUPLICATE_CLICKS),
        row.getAs(ClickMeasures.GENERAL_INVALID_CLICKS),
        row.getAs(ClickMeasures.VALID_CLICKS),
        row.getAs(ClickMeasures.COST_MICROS),
        sketch == null ? 0 : Math.round(HllSketch.heapify(sketch).getCompositeEstimate()));
  }

  private static List<Counted> secondWay(List<Row> clicks) {
    record Grain(Instant minute, String ad, String publisher) {}
    Map<Grain, long[]> sums = new HashMap<>();
    Map<Grain, Set<String>> users = new HashMap<>();
    Set<String> seen = new HashSet<>();
    List<Row> ordered = new ArrayList<>(clicks);
    ordered.sort(
        (a, b) -> {
          int landed =
              a.getTimestamp(CLICK.fieldIndex(RawClicks.LANDED_AT))
                  .compareTo(b.getTimestamp(CLICK.fieldIndex(RawClicks.LANDED_AT)));
          return landed != 0
              ? landed
              : Long.compare(
                  a.getLong(CLICK.fieldIndex(RawClicks.KAFKA_OFFSET)),
                  b.getLong(CLICK.fieldIndex(RawClicks.KAFKA_OFFSET)));
        });
    for (Row click : ordered) {
      Instant clickedAt = click.getTimestamp(1).toInstant();
      String ad = click.getString(3);
      Grain grain = new Grain(clickedAt.truncatedTo(ChronoUnit.MINUTES), ad, click.getString(4));
      long[] sum = sums.computeIfAbsent(grain, g -> new long[5]);
      sum[0]++;
      if (!seen.add(click.getString(0))) {
        sum[1]++;
      } else if (((String[]) click.get(7)).length > 0
          || click.getString(4).equals("pub-0") && !clickedAt.isBefore(PRICE_CHANGE)) {
        sum[2]++;
      } else {
        sum[3]++;
        sum[4] += !ad.equals("ad-1") ? 0 : clickedAt.isBefore(PRICE_CHANGE) ? 100 : 300;
        users.computeIfAbsent(grain, g -> new HashSet<>()).add(click.getString(8));
      }
    }
    return sums.entrySet().stream()
        .map(
            e ->
                new Counted(
                    e.getKey().minute(),
                    e.getKey().ad(),
                    e.getKey().publisher(),
                    e.getValue()[0],
                    e.getValue()[1],
                    e.getValue()[2],
                    e.getValue()[3],
                    e.getValue()[4],
                    users.getOrDefault(e.getKey(), Set.of()).size()))
        .toList();
  }

  private static List<Row> clicks(long seed, int count) {
    Random random = new Random(seed);
    List<Row> clicks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clicks.add(
          click(
              "id-" + random.nextInt(count * 4 / 5),
              START.plusMillis(random.nextInt(300_000)),
              random.nextInt(4) == 0 ? "ad-2" : "ad-1",
              random.nextInt(5) == 0 ? List.of("known-robot") : List.of(),
              "user-" + random.nextInt(40),
              i,
              START.plusSeconds(i / 100)));
    }
    Collections.shuffle(clicks, random);
    return clicks;
  }

  private static Row click(
      String id,
      Instant clickedAt,
      String ad,
      List<String> flags,
      String user,
      long offset,
      Instant landedAt) {
    return RowFactory.create(
        id,
        Timestamp.from(clickedAt),
        "as-sent",
        ad,
        "pub-" + id.hashCode() % 2,
        null,
        "DESKTOP",
        flags.toArray(String[]::new),
        user,
        "m.news.example",
        0,
        offset,
        Timestamp.from(landedAt));
  }
}
