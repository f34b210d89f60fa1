package io.clickledger.streaming;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.clickledger.rules.StatefulRules;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Duplicates;
import io.clickledger.streaming.Histories.BucketMarks;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/**
 * Which clicks of a batch are duplicates or match stateful rules, by their coordinates. Few do, so
 * the marks go to the clicks, not the clicks to the marks.
 */
final class ClickMarks implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Bit of a click whose click_id was there before; the rules' bits stand above it. */
  static final int DUPLICATE = 1;

  /** Added by {@link #on}: ids of the stateful rules that the click matched; null for none. */
  static final String STATEFUL_FLAGS = "stateful_flags";

  private static final int OFFSET_BITS = 48;

  private final StatefulRules rules;
  private final long historyBytes;
  private final long historyIds;
  private final int matched;

  /** Open addressing, linear probing; a place is free where its bits are 0. */
  private final long[] coordinates;

  private final int[] bits;

  private ClickMarks(List<BucketMarks> marks, StatefulRules rules) {
    int most = marks.stream().mapToInt(of -> of.bits().length).sum();
    int places = Integer.highestOneBit(Math.max(most, 8)) * 4;
    this.rules = rules;
    this.historyBytes = marks.stream().mapToLong(BucketMarks::historyBytes).sum();
    this.historyIds = marks.stream().mapToLong(BucketMarks::historyIds).sum();
    this.coordinates = new long[places];
    this.bits = new int[places];
    int all = 0;
    for (BucketMarks of : marks) {
      for (int i = 0; i < of.bits().length; i++) {
        int at = place(of.coordinates()[i]);
        coordinates[at] = of.coordinates()[i];
        bits[at] |= of.bits()[i];
        all |= bits[at];
      }
    }
    this.matched = all;
  }

  static ClickMarks of(List<BucketMarks> marks, StatefulRules rules) {
    return new ClickMarks(marks, rules);
  }

  static long coordinates(int partition, long offset) {
    return (long) partition << OFFSET_BITS | offset;
  }

  static int ofRules(int matched) {
    return matched << 1;
  }

  /** How many of them are duplicates. */
  long duplicates() {
    return Arrays.stream(bits).filter(of -> (of & DUPLICATE) != 0).count();
  }

  /** How many clicks each stateful rule matched. */
  SortedMap<String, Long> matches() {
    SortedMap<String, Long> matches = new TreeMap<>();
    for (int of : bits) {
      if (of >>> 1 != 0) {
        rules.ids(of >>> 1).forEach(id -> matches.merge(id, 1L, Long::sum));
      }
    }
    return matches;
  }

  /** True where a stateful rule matched. */
  boolean hasMatches() {
    return matched >>> 1 != 0;
  }

  /** Memory of all histories, in bytes. */
  long historyBytes() {
    return historyBytes;
  }

  /** How many click_ids all histories remember. */
  long historyIds() {
    return historyIds;
  }

  /**
   * Adds {@link Duplicates#DUPLICATE} and {@link #STATEFUL_FLAGS}, and the latter to fraud_flags.
   *
   * @param clicks rows of raw.clicks with their coordinates
   */
  static Dataset<Row> on(Dataset<Row> clicks, Broadcast<ClickMarks> marks) {
    UDF2<Integer, Long, Integer> bits = (partition, offset) -> marks.value().at(partition, offset);
    UDF1<Integer, String[]> ids =
        found -> marks.value().rules.ids(found >>> 1).toArray(String[]::new);
    Column found = col("marks");
    Column matched = shiftrightunsigned(found, 1).notEqual(0);
    return clicks
        .withColumn(
            "marks",
            udf(bits, DataTypes.IntegerType)
                .asNonNullable()
                .apply(col(RawClicks.KAFKA_PARTITION), col(RawClicks.KAFKA_OFFSET)))
        .withColumn(Duplicates.DUPLICATE, found.bitwiseAND(DUPLICATE).equalTo(1))
        .withColumn(
            STATEFUL_FLAGS,
            when(matched, udf(ids, DataTypes.createArrayType(DataTypes.StringType)).apply(found)))
        .withColumn(
            RawClicks.FRAUD_FLAGS,
            when(
                    col(STATEFUL_FLAGS).isNotNull(),
                    concat(col(RawClicks.FRAUD_FLAGS), col(STATEFUL_FLAGS)))
                .otherwise(col(RawClicks.FRAUD_FLAGS)))
        .drop("marks");
  }

  private int at(int partition, long offset) {
    return bits[place(coordinates(partition, offset))];
  }

  private int place(long coordinate) {
    int mask = bits.length - 1;
    int at = (int) (coordinate * 0x9e3779b97f4a7c15L >>> 32) & mask;
    while (bits[at] != 0 && coordinates[at] != coordinate) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
