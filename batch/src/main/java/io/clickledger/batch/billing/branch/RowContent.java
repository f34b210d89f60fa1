package io.clickledger.batch.billing.branch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * What some rows hold, in any order.
 *
 * @param hash the sum of the hashes of the rows
 */
record RowContent(long rows, BigDecimal hash) {
  static final RowContent NONE = new RowContent(0, BigDecimal.ZERO);

  /**
   * Reads the rows.
   *
   * @param leftOut columns whose values do not count
   */
  static RowContent of(Dataset<Row> rows, Set<String> leftOut) {
    Column hash =
        xxhash64(
            Stream.of(rows.columns())
                .filter(column -> !leftOut.contains(column))
                .map(functions::col)
                .toArray(Column[]::new));
    Row content =
        rows.select(hash.cast("decimal(20,0)").as("hash"))
            .agg(count(lit(1)), sum(col("hash")))
            .first();
    return new RowContent(
        content.getLong(0), Optional.ofNullable(content.getDecimal(1)).orElse(BigDecimal.ZERO));
  }

  RowContent plus(RowContent other) {
    return new RowContent(rows + other.rows, hash.add(other.hash));
  }
}
