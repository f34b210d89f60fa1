package io.clickledger.batch.fraud;

import io.clickledger.history.ClickMarks;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;

/** A set of clicks by their Kafka coordinates, eight bytes each. */
final class ClickCoordinates implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] sorted;

  private ClickCoordinates(long[] sorted) {
    this.sorted = sorted;
  }

  /**
   * @param rows partition and offset
   */
  static ClickCoordinates of(List<Row> rows) {
    return new ClickCoordinates(
        rows.stream()
            .mapToLong(row -> ClickMarks.coordinates(row.getInt(0), row.getLong(1)))
            .sorted()
            .toArray());
  }

  boolean contain(int partition, long offset) {
    return Arrays.binarySearch(sorted, ClickMarks.coordinates(partition, offset)) >= 0;
  }
}
