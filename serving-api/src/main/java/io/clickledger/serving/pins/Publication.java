package io.clickledger.serving.pins;

import java.time.Instant;
import java.util.Map;

/**
 * The published numbers that readers follow.
 *
 * @param through the seam: clicks before it are final
 * @param landedThrough what the night had read: a live partial before the seam that landed later
 *     waits
 * @param closed days that no later night changes
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
