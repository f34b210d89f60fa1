package io.clickledger.serving.pins;

import java.time.Instant;
import java.util.Optional;

/**
 * The snapshots that an answer is made of.
 *
 * @param asOf when they were looked up, by the API's clock
 * @param publication empty before the first one: then everything is live
 */
public record Pin(Instant asOf, long liveSnapshotId, Optional<Publication> publication) {

  /** Whether the same rows are read at both. */
  public boolean isOfSameSnapshots(Pin other) {
    return liveSnapshotId == other.liveSnapshotId && publication.equals(other.publication);
  }

  /** Where final ends, if anything is final. */
  public Optional<Instant> through() {
    return publication.map(Publication::through);
  }
}
