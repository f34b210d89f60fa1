package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.run.TestSpark;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RollupDifferencesIT {
  private static final String TIME = "quarter_hour";

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
  void orderOfMergingIsNoDifference() {
    // From a handful of users, kept one by one, to many more than a sketch has registers.
    Dataset<Row> judged = judged(30_000);

    Dataset<Row> one = Rollups.quarterHours(judged.coalesce(1));
    Dataset<Row> many = Rollups.quarterHours(judged.repartition(7, col("user_hash")));

    assertThat(RollupDifferences.ofSums(one, many, TIME).collectAsList()).isEmpty();
    assertThat(RollupDifferences.ofUsers(one, many, TIME).collectAsList()).isEmpty();
    assertThat(one.count()).isEqualTo(3);
  }

  @Test
  void aRowMoreOrLessIsADifference() {
    Dataset<Row> rows = Rollups.quarterHours(judged(1_000));
    Dataset<Row> fewer = rows.where("ad_id <> 'ad-1'");

    assertThat(RollupDifferences.ofSums(rows, fewer, TIME).collectAsList()).hasSize(1);
    assertThat(RollupDifferences.ofSums(fewer, rows, TIME).collectAsList()).hasSize(1);
    assertThat(RollupDifferences.ofSums(rows, rows, TIME).collectAsList()).isEmpty();
  }

  @Test
  void aMeasureOrTheUsersAreADifference() {
    Dataset<Row> rows = Rollups.quarterHours(judged(1_000));

    assertThat(
            RollupDifferences.ofSums(rows, rows.withColumn("cost_micros", lit(1L)), TIME)
                .collectAsList())
        .hasSize(3);
    assertThat(RollupDifferences.ofUsers(rows, rows.where("ad_id <> 'ad-1'"), TIME).collectAsList())
        .hasSize(1);
  }

  /** Valid clicks of one quarter of an hour, of three ads with few, more and many users. */
  private static Dataset<Row> judged(long clicks) {
    return spark
        .range(clicks)
        .withColumn(
            "ad_id",
            concat(lit("ad-"), expr("CASE WHEN id < 9 THEN 1 WHEN id < 900 THEN 2 ELSE 3 END")))
        .withColumn(
            "clicked_at",
            expr("TIMESTAMP '2026-11-20 10:00:00' + make_interval(0, 0, 0, 0, 0, 0, id % 900)"))
        .withColumn("user_hash", expr("md5(string(id))"))
        .withColumn("advertiser_id", lit("v"))
        .withColumn("campaign_id", lit("c"))
        .withColumn("publisher_id", lit("p"))
        .withColumn("geo_country", lit(null).cast("string"))
        .withColumn("device_type", lit("PHONE"))
        .withColumn("currency", lit("EUR"))
        .withColumn("verdict", lit("VALID"))
        .withColumn("cost_micros", lit(250_000L));
  }
}
