package io.clickledger.batch.audit.offsets;

import static org.apache.spark.sql.functions.col;

import java.util.Iterator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows of a dataset in order, of which the driver holds few at a time. */
final class OrderedRows<T> implements Iterator<T> {
  /** Rows that are fetched at once. */
  private static final long FETCH_SIZE = 50_000;

  private final Iterator<Row> rows;
  private final Function<Row, T> value;

  private OrderedRows(Iterator<Row> rows, Function<Row, T> value) {
    this.rows = rows;
    this.value = value;
  }

  /**
   * @param count about how many rows there are
   */
  static <T> Iterator<T> read(
      Dataset<Row> rows, long count, Function<Row, T> value, String... order) {
    Column[] columns = Stream.of(order).map(column -> col(column)).toArray(Column[]::new);
    int fetches = Math.toIntExact(count / FETCH_SIZE + 1);
    return new OrderedRows<>(
        rows.repartitionByRange(fetches, columns).sortWithinPartitions(columns).toLocalIterator(),
        value);
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public T next() {
    return value.apply(rows.next());
  }
}
