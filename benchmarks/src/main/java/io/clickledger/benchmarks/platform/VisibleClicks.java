package io.clickledger.benchmarks.platform;

import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.LiveClicksByMinute;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * How many clicks of a publisher Trino counts, and when its answer first said so. Trino is queried
 * only when the catalog has a new snapshot of the live table: between commits its answer cannot
 * change, and a query costs the platform more than a catalog look-up.
 */
final class VisibleClicks implements AutoCloseable {
  private static final String QUERY =
      "SELECT coalesce(sum(%s), 0) FROM %s WHERE %s = '%s' AND %s >= from_unixtime(%d)";

  private final Table live;
  private final Connection trino;
  private final String query;
  private final NavigableMap<Long, Long> firstSeenAt = new TreeMap<>();
  private final List<Long> answerTimes = new ArrayList<>();
  private long clicks;
  private long asked;

  /**
   * @param from no click is older, so that what was counted before costs nothing
   */
  VisibleClicks(String trinoUrl, Table live, String publisher, Instant from) throws SQLException {
    this.live = live;
    Properties properties = new Properties();
    properties.setProperty("user", "freshness");
    this.trino = DriverManager.getConnection(trinoUrl, properties);
    this.query =
        QUERY.formatted(
            ClickMeasures.GROSS_CLICKS,
            LiveClicksByMinute.TABLE,
            ClickDimensions.PUBLISHER_ID,
            publisher,
            LiveClicksByMinute.MINUTE,
            from.getEpochSecond());
  }

  /** Asks Trino if there may be something new. */
  void poll() throws SQLException {
    live.refresh();
    Snapshot newest = live.currentSnapshot();
    if (newest != null && newest.snapshotId() != asked) {
      asked = newest.snapshotId();
      ask();
    }
  }

  /** How many clicks Trino has counted so far. */
  long clicks() {
    return clicks;
  }

  private void ask() throws SQLException {
    long begun = System.currentTimeMillis();
    try (Statement statement = trino.createStatement();
        ResultSet answer = statement.executeQuery(query)) {
      answer.next();
      long counted = answer.getLong(1);
      if (counted > clicks) {
        clicks = counted;
        firstSeenAt.put(counted, System.currentTimeMillis());
      }
    }
    answerTimes.add(System.currentTimeMillis() - begun);
  }

  /** When, in milliseconds since the epoch, an answer first counted so many clicks. */
  long firstSeenAt(long clicks) {
    return firstSeenAt.ceilingEntry(clicks).getValue();
  }

  /** How long the answers took: so much of an age is the asking itself. */
  Percentiles answerTimes() {
    return Percentiles.of(answerTimes.stream().mapToLong(Long::longValue).toArray());
  }

  @Override
  public void close() throws SQLException {
    trino.close();
  }
}
