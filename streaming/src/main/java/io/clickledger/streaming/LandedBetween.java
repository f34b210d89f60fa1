package io.clickledger.streaming;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.clickledger.schemas.RawClicks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What landed in raw.clicks from one instant to another, that one included. */
record LandedBetween(Instant from, Instant through) {

  /**
   * The clicks in pieces that fit in memory, oldest first: none has more than so many, but for the
   * clicks of one landing, as the files' statistics have it.
   */
  List<Dataset<Row>> pieces(SparkSession spark, Table raw, long mostRows) {
    Dataset<Row> clicks = spark.table(RawClicks.TABLE.toString());
    List<Instant> cuts = cuts(rowsByLanding(raw), mostRows);
    List<Dataset<Row>> pieces = new ArrayList<>();
    for (int i = 1; i < cuts.size(); i++) {
      Dataset<Row> piece =
          clicks.where(
              col(RawClicks.LANDED_AT)
                  .geq(lit(cuts.get(i - 1)))
                  .and(col(RawClicks.LANDED_AT).lt(lit(cuts.get(i)))));
      // Upkeep orders late clicks by the time of the click; on-time ones stay in landing order.
      pieces.add(
          piece
              .where(col(RawClicks.ON_TIME))
              .union(
                  piece
                      .where(not(col(RawClicks.ON_TIME)))
                      .sortWithinPartitions(
                          RawClicks.LANDED_AT, RawClicks.KAFKA_PARTITION, RawClicks.KAFKA_OFFSET)));
    }
    return pieces;
  }

  /** Where pieces begin, and just after the last one. */
  List<Instant> cuts(SortedMap<Instant, Long> rowsByLanding, long mostRows) {
    List<Instant> cuts = new ArrayList<>(List.of(from));
    long rows = 0;
    for (Map.Entry<Instant, Long> landing :
        rowsByLanding.headMap(through.plus(1, ChronoUnit.MICROS)).entrySet()) {
      rows += landing.getValue();
      if (rows > mostRows && landing.getKey().isAfter(cuts.get(cuts.size() - 1))) {
        cuts.add(landing.getKey());
        rows = landing.getValue();
      }
    }
    cuts.add(through.plus(1, ChronoUnit.MICROS));
    return cuts;
  }

  /**
   * Files of several landings, which compaction makes, count with their first one; files whose
   * writer kept no statistics count as the oldest.
   */
  private SortedMap<Instant, Long> rowsByLanding(Table raw) {
    SortedMap<Instant, Long> rows = new TreeMap<>();
    int landedAt = raw.schema().findField(RawClicks.LANDED_AT).fieldId();
    TableScan landed =
        raw.newScan()
            .filter(Expressions.greaterThanOrEqual(RawClicks.LANDED_AT, ClickRows.micros(from)))
            .includeColumnStats(Set.of(RawClicks.LANDED_AT));
    try (CloseableIterable<FileScanTask> files = landed.planFiles()) {
      for (FileScanTask file : files) {
        rows.merge(first(file.file(), landedAt), file.file().recordCount(), Long::sum);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("planning a scan of " + raw.name(), e);
    }
    return rows;
  }

  private Instant first(DataFile file, int landedAt) {
    ByteBuffer bound = file.lowerBounds() == null ? null : file.lowerBounds().get(landedAt);
    return bound == null
        ? from
        : Instant.EPOCH.plus(
            Conversions.<Long>fromByteBuffer(Types.TimestampType.withZone(), bound),
            ChronoUnit.MICROS);
  }
}
