package io.clickledger.streaming.query;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.OffsetSeqLog;
import scala.Option;

/**
 * The planned end of a micro-batch, from the offset log that Spark writes before the batch runs.
 * Each query has one source.
 */
public final class PlannedBatch {
  private final OffsetSeqLog log;

  public PlannedBatch(SparkSession spark, String checkpoint) {
    this.log = new OffsetSeqLog(spark, checkpoint + "/offsets");
  }

  /** The source's offset at the end of the batch, as the source writes it. */
  public String end(long batchId) {
    return find(batchId)
        .orElseThrow(
            () -> new IllegalStateException("batch " + batchId + " is not in the offset log"));
  }

  private Optional<String> find(long batchId) {
    if (batchId < 0) {
      return Optional.empty();
    }
    return optional(log.get(batchId))
        .flatMap(sequence -> optional(sequence.offsets().head()))
        .map(offset -> offset.json());
  }

  private static <T> Optional<T> optional(Option<T> option) {
    return option.isDefined() ? Optional.of(option.get()) : Optional.empty();
  }
}
