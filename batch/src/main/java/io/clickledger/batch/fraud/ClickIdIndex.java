package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.xxhash64;

import io.clickledger.schemas.FraudClickIds;
import io.clickledger.schemas.RawClicks;
import java.time.Duration;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.sketch.BloomFilter;

/**
 * Exact deduplication across days. Every click is marked once, by the first billing run after it
 * landed, against the clicks that were marked before. What is shuffled and sorted follows what
 * landed; the index of earlier clicks is scanned as a whole, with a Bloom filter of the new
 * click_ids, so only rows that a new click may repeat are shuffled.
 */
final class ClickIdIndex {
  // The places of an entry.
  static final int HIGH = 0;
  static final int LOW = 1;
  static final int CLICKED_AT = 2;
  static final int LANDED_AT = 3;
  static final int PARTITION = 4;
  static final int OFFSET = 5;

  /** Whether an earlier run marked the row. */
  static final int WAS_MARKED = 6;

  private static final String MARKED = "was_marked";
  private static final String HASH = "click_id_hash";

  /** A false-positive rate of 1 % up to 50 million clicks; with more of them it is greater. */
  private static final long MIN_FILTER_BITS = 1 << 20;

  private static final long MAX_FILTER_BITS = 1L << 29;
  private static final long FILTER_BITS_PER_CLICK = 10;

  private static final StructType MARKS =
      new StructType()
          .add(FraudClickIds.CLICK_ID_HIGH, DataTypes.LongType)
          .add(FraudClickIds.CLICK_ID_LOW, DataTypes.LongType)
          .add(FraudClickIds.CLICKED_AT, DataTypes.LongType)
          .add(FraudClickIds.LANDED_AT, DataTypes.LongType)
          .add(FraudClickIds.KAFKA_PARTITION, DataTypes.IntegerType)
          .add(FraudClickIds.KAFKA_OFFSET, DataTypes.LongType)
          .add(FraudClickIds.IS_DUPLICATE, DataTypes.BooleanType);

  private static final UserDefinedFunction HIGH_BITS =
      udf(
          (UDF1<String, Long>) id -> UUID.fromString(id).getMostSignificantBits(),
          DataTypes.LongType);
  private static final UserDefinedFunction LOW_BITS =
      udf(
          (UDF1<String, Long>) id -> UUID.fromString(id).getLeastSignificantBits(),
          DataTypes.LongType);

  private ClickIdIndex() {}

  /**
   * The rows of fraud.click_ids of newly landed clicks.
   *
   * @param landed rows of raw.clicks that are not in the index yet; all others landed before them
   * @param index rows of fraud.click_ids
   * @param horizon how far apart the clicked_at of two rows of a click_id may lie at most
   */
  static Dataset<Row> mark(Dataset<Row> landed, Dataset<Row> index, Duration horizon) {
    Dataset<Row> entries = entries(landed);
    return entries
        .unionByName(earlier(index, entries))
        .repartition(col(FraudClickIds.CLICK_ID_HIGH), col(FraudClickIds.CLICK_ID_LOW))
        .sortWithinPartitions(
            FraudClickIds.CLICK_ID_HIGH,
            FraudClickIds.CLICK_ID_LOW,
            FraudClickIds.LANDED_AT,
            FraudClickIds.KAFKA_PARTITION,
            FraudClickIds.KAFKA_OFFSET)
        .mapPartitions(new DuplicateMarks(horizon), Encoders.row(MARKS))
        .withColumn(FraudClickIds.CLICKED_AT, timestamp_micros(col(FraudClickIds.CLICKED_AT)))
        .withColumn(FraudClickIds.LANDED_AT, timestamp_micros(col(FraudClickIds.LANDED_AT)));
  }

  /** The columns of fraud.click_ids, times in microseconds, and whether the row is in it. */
  private static Dataset<Row> entries(Dataset<Row> landed) {
    return landed.select(
        HIGH_BITS.apply(col(RawClicks.CLICK_ID)).as(FraudClickIds.CLICK_ID_HIGH),
        LOW_BITS.apply(col(RawClicks.CLICK_ID)).as(FraudClickIds.CLICK_ID_LOW),
        unix_micros(col(RawClicks.CLICKED_AT)).as(FraudClickIds.CLICKED_AT),
        unix_micros(col(RawClicks.LANDED_AT)).as(FraudClickIds.LANDED_AT),
        col(RawClicks.KAFKA_PARTITION),
        col(RawClicks.KAFKA_OFFSET),
        lit(false).as(MARKED));
  }

  /** Rows of the index that a new click may repeat, and few others, in the form of entries. */
  private static Dataset<Row> earlier(Dataset<Row> index, Dataset<Row> entries) {
    Column hash = xxhash64(col(FraudClickIds.CLICK_ID_HIGH), col(FraudClickIds.CLICK_ID_LOW));
    Dataset<Row> firsts = index.where(not(col(FraudClickIds.IS_DUPLICATE)));
    long clicks = entries.count();
    if (clicks == 0 || firsts.isEmpty()) {
      return entries.limit(0);
    }
    long bits =
        Math.max(MIN_FILTER_BITS, Math.min(MAX_FILTER_BITS, clicks * FILTER_BITS_PER_CLICK));
    BloomFilter filter = entries.select(hash.as(HASH)).stat().bloomFilter(HASH, clicks, bits);
    Broadcast<BloomFilter> shared =
        JavaSparkContext.fromSparkContext(index.sparkSession().sparkContext()).broadcast(filter);
    UserDefinedFunction mayBeNew =
        udf((UDF1<Long, Boolean>) id -> shared.value().mightContainLong(id), DataTypes.BooleanType);
    return firsts
        .where(mayBeNew.apply(hash))
        .select(
            col(FraudClickIds.CLICK_ID_HIGH),
            col(FraudClickIds.CLICK_ID_LOW),
            unix_micros(col(FraudClickIds.CLICKED_AT)).as(FraudClickIds.CLICKED_AT),
            unix_micros(col(FraudClickIds.LANDED_AT)).as(FraudClickIds.LANDED_AT),
            col(FraudClickIds.KAFKA_PARTITION),
            col(FraudClickIds.KAFKA_OFFSET),
            lit(true).as(MARKED));
  }
}
