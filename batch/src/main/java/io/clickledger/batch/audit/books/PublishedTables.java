package io.clickledger.batch.audit.books;

import static org.apache.spark.sql.functions.col;

import io.clickledger.lake.publish.Publication;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What one publication pins.
 *
 * @param refSnapshotIds snapshots of ref.*, as the publication's run read them
 */
public record PublishedTables(
    SparkSession spark, Publication publication, Map<String, Long> refSnapshotIds) {
  public PublishedTables {
    refSnapshotIds = Map.copyOf(refSnapshotIds);
  }

  /** Those of a publication; empty where billing.runs does not have its run. */
  public static Optional<PublishedTables> of(SparkSession spark, Publication publication) {
    return refSnapshotIds(spark, publication.runId())
        .map(ids -> new PublishedTables(spark, publication, ids));
  }

  /** Which snapshots of ref.* a run read. */
  static Optional<Map<String, Long>> refSnapshotIds(SparkSession spark, String runId) {
    List<Row> runs =
        spark
            .table(BillingRuns.TABLE.toString())
            .where(col(BillingRuns.RUN_ID).equalTo(runId))
            .select(col(BillingRuns.REF_SNAPSHOT_IDS))
            .collectAsList();
    return runs.stream().findFirst().map(row -> row.<String, Long>getJavaMap(0));
  }

  /** A published table. */
  Dataset<Row> table(TableName name) {
    return at(name, publication.snapshotOf(name));
  }

  /** A table of metadata versions. */
  Dataset<Row> reference(TableName name) {
    return at(name, refSnapshotIds.get(name.toString()));
  }

  private Dataset<Row> at(TableName name, long snapshotId) {
    return at(spark, name, snapshotId);
  }

  static Dataset<Row> at(SparkSession spark, TableName name, long snapshotId) {
    return spark.read().option(SparkReadOptions.SNAPSHOT_ID, snapshotId).table(name.toString());
  }
}
