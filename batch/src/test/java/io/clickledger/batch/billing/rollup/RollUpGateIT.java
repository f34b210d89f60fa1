package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.clickledger.batch.billing.input.ClickChecksums;
import io.clickledger.batch.billing.input.RawDay;
import io.clickledger.batch.billing.run.TestSpark;
import io.clickledger.batch.quality.GateReport;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The gate on good rollups, and on the same with one fault seeded into them. */
class RollUpGateIT {
  private static final LocalDate DAY = LocalDate.parse("2026-11-20");
  private static final LocalDate EMPTY_DAY = DAY.plusDays(1);
  private static final UnaryOperator<Dataset<Row>> AS_IS = rows -> rows;
  private static final TableName QUARTER_HOURS = BillingClicksByQuarterHour.TABLE;
  private static final TableName DAYS = BillingClicksByDay.TABLE;

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = TestSpark.plain();
  }

  @AfterAll
  static void end() {
    spark.stop();
  }

  @Test
  void passesWhatIsRight() {
    GateReport report = check(AS_IS, AS_IS, raw());

    assertThat(report.faults()).isEmpty();
    assertThat(report.passed()).isTrue();
    assertThat(report.metrics())
        .extracting(QualityMetric::metric)
        .contains("Completeness", "Compliance", "Uniqueness", "Rollups");
    assertThat(report.metrics()).allSatisfy(metric -> assertThat(metric.value()).isPresent());
  }

  @Test
  void passesADayWithoutClicks() {
    GateReport report =
        check(
            rows -> rows.where(lit(false)),
            rows -> rows.where(lit(false)),
            new TreeMap<>(Map.of(DAY, RawDay.NONE)));

    assertThat(report.faults()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void stops(
      String name,
      UnaryOperator<Dataset<Row>> quarterHours,
      UnaryOperator<Dataset<Row>> days,
      TableName table,
      String instance) {
    GateReport report = check(quarterHours, days, raw());

    assertThat(report.passed()).isFalse();
    assertThat(report.faults())
        .anySatisfy(
            fault -> {
              assertThat(fault.table()).isEqualTo(table);
              assertThat(fault.instance()).contains(instance);
              assertThat(fault.fault()).contains(table.toString());
            });
  }

  static Stream<Arguments> faults() {
    String raw = "gross_clicks of a day = its rows in raw.clicks";
    String grains = "gross_clicks by quarter hour, ad, publisher, country and device = rows in raw";
    String sums = "days = sums of quarter hours";
    return Stream.of(
        arguments(
            "a class that gross does not count",
            set("valid_clicks", col("valid_clicks").plus(1)),
            AS_IS,
            QUARTER_HOURS,
            "gross_clicks is the sum of its classes"),
        arguments(
            "a count below zero",
            set("duplicate_clicks", lit(-1L)),
            AS_IS,
            QUARTER_HOURS,
            "duplicate_clicks"),
        arguments(
            "a row without its ad",
            set("ad_id", lit(null).cast("string")),
            AS_IS,
            QUARTER_HOURS,
            "ad_id"),
        arguments(
            "a row twice, with nulls in its grain",
            (UnaryOperator<Dataset<Row>>) rows -> rows.union(rows.where("geo_country IS NULL")),
            AS_IS,
            QUARTER_HOURS,
            "quarter_hour,"),
        arguments(
            "a cost that no click caused",
            set("valid_clicks", lit(0L), "cost_micros", lit(5L)),
            AS_IS,
            QUARTER_HOURS,
            "no cost without valid clicks"),
        arguments(
            "a cost in no currency",
            set("currency", lit(null).cast("string")),
            AS_IS,
            QUARTER_HOURS,
            "no cost without a currency"),
        arguments(
            "a row lost on the way from raw",
            (UnaryOperator<Dataset<Row>>) rows -> rows.where("ad_id <> 'ad-2'"),
            (UnaryOperator<Dataset<Row>>) rows -> rows.where("ad_id <> 'ad-2'"),
            QUARTER_HOURS,
            raw),
        arguments("a day lost altogether", none(), none(), QUARTER_HOURS, raw),
        arguments(
            "a row of a day that raw does not have",
            (UnaryOperator<Dataset<Row>>) RollUpGateIT::withAnotherDay,
            (UnaryOperator<Dataset<Row>>) RollUpGateIT::withAnotherDay,
            QUARTER_HOURS,
            raw),
        arguments(
            "clicks of another country",
            set("geo_country", lit("DE")),
            set("geo_country", lit("DE")),
            QUARTER_HOURS,
            grains),
        arguments(
            "clicks of another device in no country",
            set("geo_country", lit(null).cast("string"), "device_type", col("geo_country")),
            set("geo_country", lit(null).cast("string"), "device_type", col("geo_country")),
            QUARTER_HOURS,
            grains),
        arguments(
            "clicks of the next quarter of an hour",
            set("quarter_hour", expr("quarter_hour + INTERVAL 15 MINUTES")),
            AS_IS,
            QUARTER_HOURS,
            grains),
        arguments(
            "a day that is not the sum of its quarter hours",
            AS_IS,
            set("cost_micros", col("cost_micros").plus(1)),
            DAYS,
            sums),
        arguments("days without rows for their quarter hours", AS_IS, none(), DAYS, sums));
  }

  private static Dataset<Row> withAnotherDay(Dataset<Row> rows) {
    String time = rows.columns()[0];
    return rows.union(
        rows.where("ad_id = 'ad-2'").withColumn(time, expr(time + " + INTERVAL 1 DAY")));
  }

  private static UnaryOperator<Dataset<Row>> none() {
    return rows -> rows.where(lit(false));
  }

  /** Changes one row's columns, given as name and value in turn. */
  private static UnaryOperator<Dataset<Row>> set(Object... columns) {
    return rows -> {
      Dataset<Row> changed = rows;
      for (int i = 0; i < columns.length; i += 2) {
        String name = (String) columns[i];
        changed =
            changed.withColumn(
                name,
                when(col("publisher_id").equalTo("p-1"), (Column) columns[i + 1])
                    .otherwise(col(name)));
      }
      return changed;
    };
  }

  private static GateReport check(
      UnaryOperator<Dataset<Row>> quarterHoursFault,
      UnaryOperator<Dataset<Row>> daysFault,
      SortedMap<LocalDate, RawDay> raw) {
    Dataset<Row> quarterHours = quarterHours();
    Dataset<Row> days =
        Rollups.days(quarterHours).withColumn("revision", lit(0)).withColumn("run_id", lit("run"));
    return new GateReport(
        RollUpGate.check(quarterHoursFault.apply(quarterHours), daysFault.apply(days), raw));
  }

  /** The clicks one by one, as raw.clicks has them. */
  private static SortedMap<LocalDate, RawDay> raw() {
    Row sums =
        quarterHours()
            .withColumn("click", explode(expr("sequence(1, gross_clicks)")))
            .withColumn("clicked_at", expr("quarter_hour + INTERVAL 7 MINUTES"))
            .agg(
                count(lit(1)),
                sum(ClickChecksums.ofGrain(ClickChecksums.quarterHour("clicked_at"))))
            .first();
    SortedMap<LocalDate, RawDay> days = new TreeMap<>();
    days.put(DAY, new RawDay(sums.getLong(0), 0, sums.getLong(1)));
    days.put(EMPTY_DAY, RawDay.NONE);
    return days;
  }

  private static Dataset<Row> quarterHours() {
    StructType schema =
        new StructType()
            .add("quarter_hour", DataTypes.TimestampType)
            .add("advertiser_id", DataTypes.StringType)
            .add("campaign_id", DataTypes.StringType)
            .add("ad_id", DataTypes.StringType)
            .add("publisher_id", DataTypes.StringType)
            .add("geo_country", DataTypes.StringType)
            .add("device_type", DataTypes.StringType)
            .add("currency", DataTypes.StringType)
            .add("gross_clicks", DataTypes.LongType)
            .add("duplicate_clicks", DataTypes.LongType)
            .add("general_invalid_clicks", DataTypes.LongType)
            .add("sophisticated_invalid_clicks", DataTypes.LongType)
            .add("valid_clicks", DataTypes.LongType)
            .add("cost_micros", DataTypes.LongType)
            .add("unique_users_hll", DataTypes.BinaryType)
            .add("revision", DataTypes.IntegerType)
            .add("run_id", DataTypes.StringType);
    List<Row> rows =
        List.of(
            row("10:00:00", "v", "ad-1", "p-1", "FR", "EUR", 5, 1, 1, 3, 900),
            row("10:15:00", "v", "ad-1", "p-2", "FR", "EUR", 2, 1, 1, 0, 0),
            row("10:15:00", null, "ad-2", "p-2", null, null, 4, 0, 0, 4, 0));
    return spark.createDataFrame(rows, schema);
  }

  private static Row row(
      String time,
      String advertiser,
      String ad,
      String publisher,
      String country,
      String currency,
      long gross,
      long duplicate,
      long invalid,
      long valid,
      long cost) {
    return RowFactory.create(
        Instant.parse(DAY + "T" + time + "Z"),
        advertiser,
        "c",
        ad,
        publisher,
        country,
        "PHONE",
        currency,
        gross,
        duplicate,
        invalid,
        0L,
        valid,
        cost,
        null,
        0,
        "run");
  }
}
