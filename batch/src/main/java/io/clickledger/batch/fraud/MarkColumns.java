package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.clickledger.history.ClickMarks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Judgements;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/** The columns that say which clicks are duplicates and which match stateful rules. */
final class MarkColumns {
  private MarkColumns() {}

  /**
   * Adds them by the Kafka coordinates of the clicks.
   *
   * @param live what the histories say, as live's did
   * @param duplicates the exact ones
   */
  static Dataset<Row> with(
      Dataset<Row> clicks, Broadcast<ClickMarks> live, Broadcast<ClickCoordinates> duplicates) {
    Column partition = col(RawClicks.KAFKA_PARTITION);
    Column offset = col(RawClicks.KAFKA_OFFSET);
    UDF2<Integer, Long, Boolean> isDuplicate =
        (ofPartition, at) -> duplicates.value().contain(ofPartition, at);
    UDF2<Integer, Long, Boolean> isLiveDuplicate =
        (ofPartition, at) -> ClickMarks.isDuplicate(live.value().at(ofPartition, at));
    UDF2<Integer, Long, String[]> flags =
        (ofPartition, at) ->
            live.value().rules(live.value().at(ofPartition, at)).toArray(String[]::new);
    return clicks
        .withColumn(
            Judgements.IS_DUPLICATE,
            udf(isDuplicate, DataTypes.BooleanType).apply(partition, offset))
        .withColumn(
            Judgements.IS_LIVE_DUPLICATE,
            udf(isLiveDuplicate, DataTypes.BooleanType).apply(partition, offset))
        .withColumn(
            Judgements.STATEFUL_FLAGS,
            udf(flags, DataTypes.createArrayType(DataTypes.StringType)).apply(partition, offset));
  }
}
