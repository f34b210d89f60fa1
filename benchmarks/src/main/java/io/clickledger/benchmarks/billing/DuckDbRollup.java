package io.clickledger.benchmarks.billing;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;

/** The quarter hours of a day by DuckDB, out of the Parquet files that the billing run has. */
final class DuckDbRollup {
  private final String verdicts;
  private final String clicks;
  private final LocalDate day;

  /**
   * @param ofDay the condition of the verdicts' table on the day
   */
  DuckDbRollup(Table verdicts, Table clicks, Expression ofDay, LocalDate day) throws IOException {
    this.verdicts = files(verdicts.newScan().filter(ofDay));
    this.clicks = files(clicks.newScan().filter(ofDay));
    this.day = day;
  }

  private static String files(TableScan scan) throws IOException {
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      for (FileScanTask task : tasks) {
        files.add(task.file().location().replaceFirst("^file:/+", "/"));
      }
    }
    return files.stream().map(f -> "'" + f + "'").collect(Collectors.joining(",", "[", "]"));
  }

  private String sql() {
    return
"""
CREATE OR REPLACE TEMP TABLE quarter_hours AS
SELECT
  time_bucket(INTERVAL '15 minutes', v.clicked_at) AS quarter_hour,
  v.advertiser_id, v.campaign_id, v.ad_id, v.publisher_id, c.geo_country, c.device_type, v.currency,
  count(*) AS gross_clicks,
  count(*) FILTER (v.verdict = 'DUPLICATE') AS duplicate_clicks,
  count(*) FILTER (v.verdict = 'GENERAL_INVALID') AS general_invalid_clicks,
  count(*) FILTER (v.verdict = 'SOPHISTICATED_INVALID') AS sophisticated_invalid_clicks,
  count(*) FILTER (v.verdict = 'VALID') AS valid_clicks,
  coalesce(sum(v.price_micros) FILTER (v.verdict = 'VALID'), 0) AS cost_micros,
  approx_count_distinct(c.user_hash) FILTER (v.verdict = 'VALID') AS unique_users
FROM (SELECT * FROM read_parquet(%s) WHERE clicked_at >= TIMESTAMPTZ '%s 00:00:00+00') v
JOIN read_parquet(%s) c USING (kafka_partition, kafka_offset)
GROUP BY ALL
"""
        .formatted(verdicts, day, clicks);
  }

  /** Seconds that it takes, and prints what came out. */
  double measure() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET memory_limit = '3GB'");
      statement.execute("SET threads = " + Runtime.getRuntime().availableProcessors());
      statement.execute("SET TimeZone = 'UTC'");
      long begun = System.nanoTime();
      statement.execute(sql());
      double seconds = (System.nanoTime() - begun) / 1e9;
      try (ResultSet sums =
          statement.executeQuery(
              "SELECT count(*), sum(gross_clicks)::BIGINT, sum(valid_clicks)::BIGINT,"
                  + " sum(cost_micros)::BIGINT FROM quarter_hours")) {
        sums.next();
        System.out.printf(
            "  DuckDB: %.1f s; %,d rows, %,d clicks, %,d valid, cost %,d micros%n",
            seconds, sums.getLong(1), sums.getLong(2), sums.getLong(3), sums.getLong(4));
      }
      return seconds;
    }
  }
}
