package io.clickledger.batch.audit.offsets;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.landed.LandedRange;
import io.clickledger.lake.landed.Landings;
import io.clickledger.schemas.AuditLandings;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Every landed range of the topic that landed last: audit.landings at one snapshot, and what is not
 * recorded there yet. Offsets of a topic that was created again under the name are other offsets.
 *
 * @param ranges columns of audit.landings; without an accepted gap, it is 0
 * @param first when the topic's first range landed
 */
public record LandedRanges(Dataset<Row> ranges, String topicId, long total, Instant first) {
  private static final StructType SCHEMA =
      new StructType()
          .add(AuditLandings.TABLE_NAME, DataTypes.StringType)
          .add(AuditLandings.TOPIC_ID, DataTypes.StringType)
          .add(AuditLandings.KAFKA_PARTITION, DataTypes.IntegerType)
          .add(AuditLandings.FROM_OFFSET, DataTypes.LongType)
          .add(AuditLandings.TO_OFFSET, DataTypes.LongType)
          .add(AuditLandings.LANDED_ROWS, DataTypes.LongType)
          .add(AuditLandings.LANDED_AT, DataTypes.TimestampType)
          .add(AuditLandings.ACCEPTED_GAP, DataTypes.LongType);

  private static final String COUNT = "ranges";
  private static final String FIRST = "first_landed_at";
  private static final String LAST = "last_landed_at";

  /** Empty where nothing has landed. */
  public static Optional<LandedRanges> ofNewestTopic(SparkSession spark) {
    Dataset<Row> all = all(spark);
    return all
        .groupBy(AuditLandings.TOPIC_ID)
        .agg(
            count(lit(1)).as(COUNT),
            min(AuditLandings.LANDED_AT).as(FIRST),
            max(AuditLandings.LANDED_AT).as(LAST))
        .collectAsList()
        .stream()
        .max(Comparator.comparing((Row topic) -> topic.<Timestamp>getAs(LAST)))
        .map(topic -> of(topic, all));
  }

  private static LandedRanges of(Row topic, Dataset<Row> all) {
    String id = topic.getAs(AuditLandings.TOPIC_ID);
    return new LandedRanges(
        all.where(col(AuditLandings.TOPIC_ID).equalTo(id)),
        id,
        topic.<Long>getAs(COUNT),
        topic.<Timestamp>getAs(FIRST).toInstant());
  }

  private static Dataset<Row> all(SparkSession spark) {
    Landings.Pending pending = Landings.of(name -> LakeTables.load(spark, name)).pending();
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, pending.snapshotId())
        .table(AuditLandings.TABLE.toString())
        .select(
            col(AuditLandings.TABLE_NAME),
            col(AuditLandings.TOPIC_ID),
            col(AuditLandings.KAFKA_PARTITION),
            col(AuditLandings.FROM_OFFSET),
            col(AuditLandings.TO_OFFSET),
            col(AuditLandings.LANDED_ROWS),
            col(AuditLandings.LANDED_AT),
            coalesce(col(AuditLandings.ACCEPTED_GAP), lit(0L)).as(AuditLandings.ACCEPTED_GAP))
        .union(rows(spark, pending.ranges()));
  }

  /** Landings as they are in {@link #ranges}. */
  static Dataset<Row> rows(SparkSession spark, List<LandedRange> landings) {
    return spark.createDataFrame(
        landings.stream()
            .map(
                landing ->
                    RowFactory.create(
                        landing.table().toString(),
                        landing.topicId(),
                        landing.partition(),
                        landing.from(),
                        landing.to(),
                        landing.rows(),
                        landing.landedAt(),
                        landing.acceptedGap()))
            .toList(),
        SCHEMA);
  }
}
