package io.clickledger.batch.billing.compare;

import io.clickledger.lake.publish.Publication;
import io.clickledger.programs.RefusedException;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.schemas.TableName;
import java.util.List;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Two published runs.
 *
 * @param between run ids of the publications after the earlier one, the later one included
 */
record RunPair(SparkSession spark, Publication earlier, Publication later, List<String> between) {

  /**
   * The runs, in the order of their publications.
   *
   * @param publications all of them, in order
   * @throws RefusedException where one published nothing
   */
  static RunPair of(SparkSession spark, List<Publication> publications, String one, String other) {
    Publication first = find(publications, one);
    Publication second = find(publications, other);
    if (one.equals(other)) {
      throw new WrongUsageException("two runs must be named, was twice " + one);
    }
    boolean isInOrder = first.publicationId() < second.publicationId();
    Publication earlier = isInOrder ? first : second;
    Publication later = isInOrder ? second : first;
    return new RunPair(
        spark,
        earlier,
        later,
        publications.stream()
            .filter(
                publication ->
                    publication.publicationId() > earlier.publicationId()
                        && publication.publicationId() <= later.publicationId())
            .map(Publication::runId)
            .toList());
  }

  private static Publication find(List<Publication> publications, String runId) {
    return publications.stream()
        .filter(publication -> publication.runId().equals(runId))
        .findFirst()
        .orElseThrow(
            () -> new RefusedException("billing.publications has no publication of run " + runId));
  }

  /** The rows of a table as the earlier one published them. */
  Dataset<Row> before(TableName table) {
    return rows(earlier, table);
  }

  /** The rows of a table as the later one published them. */
  Dataset<Row> after(TableName table) {
    return rows(later, table);
  }

  private Dataset<Row> rows(Publication publication, TableName table) {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, publication.snapshotOf(table))
        .table(table.toString());
  }
}
