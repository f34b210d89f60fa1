package io.clickledger.streaming.count;

import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.PositionedAppend;
import io.clickledger.lake.commit.RawPosition;
import io.clickledger.rules.fraud.FraudRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * A table that CountClicks writes, and up to where raw.clicks is counted in it.
 *
 * @param recorded as its newest commit says; empty before the first one
 */
record LiveTable(Table table, Optional<CommittedPosition> recorded) {

  /** The table as its newest commit left it. */
  static LiveTable load(Table table) {
    return new LiveTable(table, CommittedPosition.newest(table, CountClicks.QUERY));
  }

  /** The newest landing that is counted; empty for none. */
  Optional<RawPosition> position() {
    return recorded.map(CommittedPosition::to).map(RawPosition::parse);
  }

  /** Landing time of {@link #position}. */
  Instant landedThrough() {
    return recorded.map(CommittedPosition::landedThrough).orElse(Instant.EPOCH);
  }

  /** Commits the files together with the position that is counted with them. */
  LiveTable append(
      List<DataFile> files,
      Table raw,
      LandingGroup landed,
      FraudRules rules,
      Duration dedupWindow) {
    Snapshot commit =
        new PositionedAppend(
                CountClicks.QUERY,
                raw.uuid().toString(),
                position(),
                new RawPosition(landed.last().snapshotId()),
                landed.last().landedAt(),
                Map.of(
                    CommittedPosition.RULES_VERSION,
                    rules.version(),
                    CommittedPosition.DEDUP_WINDOW,
                    dedupWindow.toString()))
            .commit(table, files);
    return new LiveTable(table, CommittedPosition.of(table, commit));
  }
}
