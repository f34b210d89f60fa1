package io.clickledger.spark;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KeptRowsTest {
  /** More than one block of a task. */
  private static final long ROWS = 40_000;

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate();
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void givesTheRowsBackAsOftenAsTheyAreRead() {
    Dataset<Row> computed = rows();

    try (KeptRows kept = KeptRows.of(computed);
        KeptRows onDisk = KeptRows.onDisk(computed)) {
      List<Row> expected = computed.collectAsList();
      assertThat(kept.rows().schema()).isEqualTo(computed.schema());
      for (KeptRows rows : List.of(kept, kept, onDisk)) {
        assertThat(rows.rows().collectAsList()).isEqualTo(expected);
      }
      assertThat(kept.rows().where("id % 3 = 0").count()).isEqualTo(ROWS / 3 + 1);
    }
  }

  @Test
  void computesThemOnce() {
    LongAccumulator computations = spark.sparkContext().longAccumulator();
    Dataset<Row> counted =
        rows()
            .filter(
                (FilterFunction<Row>)
                    row -> {
                      computations.add(1);
                      return true;
                    });

    try (KeptRows kept = KeptRows.onDisk(counted)) {
      assertThat(kept.rows().count()).isEqualTo(ROWS);
      assertThat(kept.rows().count()).isEqualTo(ROWS);
    }

    assertThat(computations.value()).isEqualTo(ROWS);
  }

  /** Of all kinds of columns; one task has none. */
  private static Dataset<Row> rows() {
    return spark
        .range(0, ROWS, 1, 3)
        .select(
            expr("id"),
            expr("IF(id % 7 = 0, NULL, concat('text-', id))").as("text"),
            expr("array(string(id), 'rule')").as("texts"),
            expr("unhex(sha2(string(id), 512))").as("bytes"),
            expr("timestamp_seconds(id)").as("time"),
            expr("id % 2 = 0").as("flag"))
        .union(spark.range(0).selectExpr("id", "''", "array('')", "unhex('00')", "now()", "true"));
  }
}
