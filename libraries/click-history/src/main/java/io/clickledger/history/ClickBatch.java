package io.clickledger.history;

import io.clickledger.schemas.RawClicks;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * The clicks of one batch, which the histories mark and the counting tasks then judge. They are
 * read from raw.clicks once: the executors keep the rows until the batch is closed.
 */
public final class ClickBatch implements AutoCloseable {
  // The columns of a row. The first ones are all that histories need.
  public static final int CLICK_ID = 0;
  public static final int CLICKED_AT = 1;
  public static final int AD_ID = 2;
  public static final int IP_HASH = 3;
  public static final int USER_HASH = 4;
  public static final int KAFKA_PARTITION = 5;
  public static final int KAFKA_OFFSET = 6;
  public static final int LANDED_AT = 7;
  public static final int CAMPAIGN_ID = 8;
  public static final int PUBLISHER_ID = 9;
  public static final int GEO_COUNTRY = 10;
  public static final int DEVICE_TYPE = 11;
  public static final int FRAUD_FLAGS = 12;
  public static final int PAGE_HOST = 13;

  private static final List<String> COLUMNS =
      List.of(
          RawClicks.CLICK_ID,
          RawClicks.CLICKED_AT,
          RawClicks.AD_ID,
          RawClicks.IP_HASH,
          RawClicks.USER_HASH,
          RawClicks.KAFKA_PARTITION,
          RawClicks.KAFKA_OFFSET,
          RawClicks.LANDED_AT,
          RawClicks.CAMPAIGN_ID,
          RawClicks.PUBLISHER_ID,
          RawClicks.GEO_COUNTRY,
          RawClicks.DEVICE_TYPE,
          RawClicks.FRAUD_FLAGS,
          RawClicks.PAGE_HOST);

  private final JavaRDD<InternalRow> rows;

  private ClickBatch(JavaRDD<InternalRow> rows) {
    this.rows = rows;
  }

  /**
   * A batch of bounded size, some 340 bytes of memory a click.
   *
   * @param clicks rows of raw.clicks; they are read at the first use of {@link #rows}
   */
  public static ClickBatch of(Dataset<Row> clicks) {
    return keep(clicks, StorageLevel.MEMORY_AND_DISK());
  }

  /** The same on local disk: for batches whose size compaction decides. */
  public static ClickBatch onDisk(Dataset<Row> clicks) {
    return keep(clicks, StorageLevel.DISK_ONLY());
  }

  private static ClickBatch keep(Dataset<Row> clicks, StorageLevel level) {
    // A reader uses one row object for all rows, so each is copied.
    return new ClickBatch(read(clicks, COLUMNS).map(InternalRow::copy).persist(level));
  }

  /** The columns that histories need, of clicks that are used once. */
  static JavaRDD<InternalRow> ofHistory(Dataset<Row> clicks) {
    return read(clicks, COLUMNS.subList(0, LANDED_AT + 1));
  }

  private static JavaRDD<InternalRow> read(Dataset<Row> clicks, List<String> columns) {
    return clicks
        .select(columns.stream().map(functions::col).toArray(Column[]::new))
        .queryExecution()
        .toRdd()
        .toJavaRDD();
  }

  /** The rows, with the columns in the order of the constants. */
  public JavaRDD<InternalRow> rows() {
    return rows;
  }

  /** Releases the memory. */
  @Override
  public void close() {
    rows.unpersist(false);
  }
}
