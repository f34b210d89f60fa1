package io.clickledger.serving.books;

import io.clickledger.schemas.TableName;
import io.clickledger.serving.trino.TrinoQuery;
import java.util.Map;

/**
 * A publication, with the snapshots of its books and of the metadata that its run read.
 *
 * @param publishedAt ISO 8601, UTC
 * @param through ISO 8601, UTC: clicks before it are final
 * @param snapshotIds by the names of tables
 */
public record PublishedBooks(
    long publicationId,
    String runId,
    String publishedAt,
    String through,
    Map<String, Long> snapshotIds) {

  public PublishedBooks {
    snapshotIds = Map.copyOf(snapshotIds);
  }

  /** The clause that reads a table as it was published. */
  public String asOf(TableName table) {
    return TrinoQuery.asOf(snapshotId(table));
  }

  /** The snapshot of a table that was published. */
  public long snapshotId(TableName table) {
    Long id = snapshotIds.get(table.toString());
    if (id == null) {
      throw new IllegalStateException("publication %d has no %s".formatted(publicationId, table));
    }
    return id;
  }
}
