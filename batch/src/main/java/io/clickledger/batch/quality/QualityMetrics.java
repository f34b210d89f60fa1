package io.clickledger.batch.quality;

import io.clickledger.schemas.AuditQualityMetrics;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.types.StructType;

/** audit.quality_metrics: what the gates measured over time, passed or not. */
public final class QualityMetrics {
  private QualityMetrics() {}

  /** Files what a gate measured under the run. */
  public static void append(
      SparkSession spark, String runId, GateReport report, Instant measuredAt) {
    String table = AuditQualityMetrics.TABLE.toString();
    StructType schema = spark.table(table).schema();
    List<Row> rows =
        report.metrics().stream()
            .map(
                metric ->
                    RowFactory.create(
                        runId,
                        metric.table().toString(),
                        metric.metric(),
                        metric.instance(),
                        metric.value().isPresent() ? metric.value().getAsDouble() : null,
                        metric.status().text(),
                        measuredAt))
            .toList();
    try {
      spark.createDataFrame(rows, schema).coalesce(1).writeTo(table).append();
    } catch (NoSuchTableException e) {
      throw new IllegalStateException("table " + table + " is gone", e);
    }
  }
}
