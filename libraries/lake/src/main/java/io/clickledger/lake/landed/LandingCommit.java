package io.clickledger.lake.landed;

import io.clickledger.lake.commit.CommittedPosition;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.util.PropertyUtil;

/**
 * A commit of LandClicks, read from its own summary; its position is left out, because that may
 * depend on earlier commits.
 *
 * @param snapshotId the commit
 * @param landedAt landed_at of all its rows
 * @param rows how many it added
 * @param rulesVersion version of the fraud rules in force; empty where nothing landed
 */
public record LandingCommit(
    long snapshotId, Instant landedAt, long rows, Optional<String> rulesVersion) {

  /** Empty for a snapshot that is no landing. */
  public static Optional<LandingCommit> of(Snapshot snapshot) {
    if (!Landings.isLanding(snapshot)) {
      return Optional.empty();
    }
    Map<String, String> summary = snapshot.summary();
    return Optional.of(
        new LandingCommit(
            snapshot.snapshotId(),
            Instant.parse(summary.get(CommittedPosition.LANDED_THROUGH)),
            PropertyUtil.propertyAsLong(summary, SnapshotSummary.ADDED_RECORDS_PROP, 0),
            Optional.ofNullable(summary.get(CommittedPosition.RULES_VERSION))));
  }
}
