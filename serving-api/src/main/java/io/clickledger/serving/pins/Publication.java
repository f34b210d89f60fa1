package io.clickledger.serving.pins;

import io.clickledger.schemas.ClosedDays;
import java.time.Instant;
import java.util.Map;

/**
 * The published numbers that readers follow.
 *
 * @param through the seam, exclusive: clicks before it are final, clicks from it on are live
 * @param landedThrough the newest landing that the billing run read; later live partials before the
 *     seam wait for the next run
 * @param closed days that no later billing run changes
 * @param restatementsSnapshotId snapshot of billing.restatements
 */
public record Publication(
    long id,
    Instant through,
    Instant publishedAt,
    Instant landedThrough,
    ClosedDays closed,
    long restatementsSnapshotId,
    Map<FinalTable, Long> snapshotIds) {

  public Publication {
    for (FinalTable table : FinalTable.values()) {
      if (snapshotIds.get(table) == null) {
        throw new IllegalArgumentException(
            "publication " + id + " names no snapshot of " + table.table());
      }
    }
    snapshotIds = Map.copyOf(snapshotIds);
  }
}
