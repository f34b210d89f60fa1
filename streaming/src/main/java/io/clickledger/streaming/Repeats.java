package io.clickledger.streaming;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.unix_millis;

import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Duplicates;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.KeyValueGroupedDataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupState;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Marks repeats in a stream of raw.clicks. A row is a duplicate where another row with its click_id
 * landed before it, by less than {@code window} of landed_at. So the answer depends on raw.clicks
 * alone: not on where batches end, not on how late a click is, and for any row not on more than the
 * window before it.
 */
final class Repeats {
  /** Rows may be this much behind the newest before Spark would drop them; none ever is. */
  private static final String WATERMARK_DELAY = "10 minutes";

  private static final long NEVER = Long.MIN_VALUE;

  private Repeats() {}

  /**
   * Adds {@link Duplicates#DUPLICATE}.
   *
   * @param clicks a stream with at least click_id and the columns of the landing order
   * @param landedBefore rows of raw.clicks that were counted before this stream began, landed
   *     within the window: they prime a state that starts empty
   */
  static Dataset<Row> mark(Dataset<Row> clicks, Dataset<Row> landedBefore, Duration window) {
    StructType marked = clicks.schema().add(Duplicates.DUPLICATE, DataTypes.BooleanType, false);
    MapFunction<Row, String> clickId = row -> row.getAs(RawClicks.CLICK_ID);
    long windowMillis = window.toMillis();
    FlatMapGroupsWithStateFunction<String, Row, Long, Row> mark =
        (id, rows, lastSeen) -> markAll(rows, lastSeen, windowMillis);
    return clicks
        .withWatermark(RawClicks.LANDED_AT, WATERMARK_DELAY)
        .groupByKey(clickId, Encoders.STRING())
        .flatMapGroupsWithState(
            mark,
            OutputMode.Append(),
            Encoders.LONG(),
            Encoders.row(marked),
            GroupStateTimeout.EventTimeTimeout(),
            lastSeen(landedBefore));
  }

  /** The state that {@link #markAll} would have left behind after these rows. */
  private static KeyValueGroupedDataset<String, Long> lastSeen(Dataset<Row> landedBefore) {
    MapFunction<Row, String> id = row -> row.getString(0);
    MapFunction<Row, Long> millis = row -> row.getLong(1);
    return landedBefore
        .groupBy(RawClicks.CLICK_ID)
        .agg(max(unix_millis(col(RawClicks.LANDED_AT))))
        .groupByKey(id, Encoders.STRING())
        .mapValues(millis, Encoders.LONG());
  }

  private static Iterator<Row> markAll(
      Iterator<Row> rows, GroupState<Long> lastSeen, long windowMillis) {
    if (lastSeen.hasTimedOut()) {
      lastSeen.remove();
      return Collections.emptyIterator();
    }
    List<Row> marked = new ArrayList<>();
    rows.forEachRemaining(marked::add);
    marked.sort(Duplicates.inLandingOrder());
    long last = lastSeen.exists() ? lastSeen.get() : NEVER;
    for (int i = 0; i < marked.size(); i++) {
      Row row = marked.get(i);
      long landedAt = row.<Timestamp>getAs(RawClicks.LANDED_AT).getTime();
      marked.set(i, with(row, last != NEVER && landedAt < last + windowMillis));
      last = landedAt;
    }
    lastSeen.update(last);
    lastSeen.setTimeoutTimestamp(
        Math.max(last + windowMillis, lastSeen.getCurrentWatermarkMs() + 1));
    return marked.iterator();
  }

  private static Row with(Row row, boolean repeat) {
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = repeat;
    return RowFactory.create(values);
  }
}
