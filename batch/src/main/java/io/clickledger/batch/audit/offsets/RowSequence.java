package io.clickledger.batch.audit.offsets;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sequence;

import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.RawClicks;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/** The rows of a Kafka partition in order of offset: where one is missing or there twice. */
final class RowSequence {
  /** Offsets looked at by one task: a partition of Kafka may be much for one. */
  private static final long SLICE = 1_000_000;

  private static final String TABLE = AuditLandings.TABLE_NAME;
  private static final String PREVIOUS_TABLE = "previous_table";
  private static final String PREVIOUS = "previous_offset";
  private static final String SLICE_NUMBER = "slice";
  private static final String KIND = "kind";

  /** In place of a table: marks where a slice begins and ends. */
  private static final String EDGE = "edge";

  private RowSequence() {}

  /**
   * Each row that does not follow the one before it by exactly one offset: behind it lies what is
   * missing, or it is there twice. Edges stand before and behind each slice, so that what is
   * missing there, or everywhere, is between two of these rows as well.
   *
   * @param ranges which offsets are looked at, by partition
   */
  static Dataset<Row> irregular(Dataset<Row> rows, Dataset<Row> ranges) {
    WindowSpec inOrder =
        Window.partitionBy(RawClicks.KAFKA_PARTITION, SLICE_NUMBER)
            .orderBy(col(RawClicks.KAFKA_OFFSET), col(TABLE));
    return rows.join(broadcast(ranges), RawClicks.KAFKA_PARTITION)
        .where(
            col(RawClicks.KAFKA_OFFSET)
                .geq(col(LandedPeriod.RANGE_FROM))
                .and(col(RawClicks.KAFKA_OFFSET).lt(col(LandedPeriod.RANGE_TO))))
        .select(
            col(TABLE),
            col(RawClicks.KAFKA_PARTITION),
            col(RawClicks.KAFKA_OFFSET),
            slice(col(RawClicks.KAFKA_OFFSET)).as(SLICE_NUMBER))
        .union(edges(ranges))
        .withColumn(PREVIOUS, lag(RawClicks.KAFKA_OFFSET, 1).over(inOrder))
        .withColumn(PREVIOUS_TABLE, lag(TABLE, 1).over(inOrder))
        .where(coalesce(col(RawClicks.KAFKA_OFFSET).minus(col(PREVIOUS)).notEqual(1), lit(false)));
  }

  private static Dataset<Row> edges(Dataset<Row> ranges) {
    Column before =
        greatest(col(LandedPeriod.RANGE_FROM), col(SLICE_NUMBER).multiply(SLICE)).minus(1);
    Column behind = least(col(LandedPeriod.RANGE_TO), col(SLICE_NUMBER).plus(1).multiply(SLICE));
    return ranges
        .withColumn(
            SLICE_NUMBER,
            explode(
                sequence(
                    slice(col(LandedPeriod.RANGE_FROM)),
                    slice(col(LandedPeriod.RANGE_TO).minus(1)))))
        .select(
            lit(EDGE).as(TABLE),
            col(RawClicks.KAFKA_PARTITION),
            explode(array(before, behind)).as(RawClicks.KAFKA_OFFSET),
            col(SLICE_NUMBER));
  }

  private static Column slice(Column offset) {
    return floor(offset.divide(SLICE));
  }

  /** Whether an irregular row is there twice. */
  static Column isTwice() {
    return col(RawClicks.KAFKA_OFFSET).equalTo(col(PREVIOUS));
  }

  /** Whether offsets are missing before an irregular row. */
  static Column isMissing() {
    return col(RawClicks.KAFKA_OFFSET).notEqual(col(PREVIOUS));
  }

  /** The missing ranges; one that lies in two slices is two that touch. */
  static Dataset<Row> missing(Dataset<Row> irregular) {
    return irregular
        .where(isMissing())
        .select(
            col(RawClicks.KAFKA_PARTITION),
            col(PREVIOUS).plus(1).as(LandedPeriod.RANGE_FROM),
            col(RawClicks.KAFKA_OFFSET).as(LandedPeriod.RANGE_TO));
  }

  static void addTwice(Dataset<Row> irregular, Findings findings) {
    findings.add(
        irregular.where(isTwice()).withColumn(KIND, lit(Findings.Kind.TWICE.name())),
        KIND,
        row -> {
          long offset = row.<Long>getAs(RawClicks.KAFKA_OFFSET);
          OffsetRange range =
              new OffsetRange(row.<Integer>getAs(RawClicks.KAFKA_PARTITION), offset, offset + 1);
          return "%s: twice, in %s and in %s"
              .formatted(range, row.getAs(PREVIOUS_TABLE), row.getAs(TABLE));
        },
        col(RawClicks.KAFKA_PARTITION),
        col(RawClicks.KAFKA_OFFSET),
        col(TABLE));
  }
}
