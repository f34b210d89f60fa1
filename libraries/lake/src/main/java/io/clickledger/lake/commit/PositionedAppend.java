package io.clickledger.lake.commit;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Appends the files of one batch exactly once. The commit records the range of its source that was
 * read, and is accepted only where the newest commit of the same query ends at its start; Iceberg
 * validates that again at every retry. So two writers, a repeated batch or a skipped batch cannot
 * corrupt the table.
 *
 * @param query name of the streaming query, such as {@code land-clicks}
 * @param source identity of the source: a Kafka topic id or the UUID of a table
 * @param from where the batch begins: the position that must be recorded; empty for the first ever
 * @param to where the batch ends
 * @param landedThrough greatest landed_at among all rows up to {@code to}
 * @param notes further entries of the commit's summary, by keys of {@link CommittedPosition}
 */
public record PositionedAppend(
    String query,
    String source,
    Optional<? extends Position> from,
    Position to,
    Instant landedThrough,
    Map<String, String> notes) {
  /** Maximum number of successive commits that record only their advance. */
  private static final int MAX_ADVANCES = 100;

  /** A clock that lags further behind the newest snapshot is an error. */
  private static final long MAX_CLOCK_WAIT_MILLIS = 10_000;

  /**
   * Commits the files.
   *
   * @return the snapshot that holds them
   * @throws PositionConflictException where the table's recorded position is not {@code from}; the
   *     files are deleted
   * @throws CommitFailedException where other writers kept winning; the files are deleted
   * @throws RuntimeException where the catalog would not say whether the commit is in; the files
   *     are kept, and a restart finds out from the recorded position
   */
  public Snapshot commit(Table table, Collection<DataFile> files) {
    awaitClockPast(table);
    AppendFiles append = table.newFastAppend();
    files.forEach(append::appendFile);
    append.set(CommittedPosition.QUERY, query);
    append.set(CommittedPosition.SOURCE, source);
    advance(table)
        .ifPresentOrElse(
            advance -> append.set(CommittedPosition.ADVANCE, advance.toString()),
            () -> append.set(CommittedPosition.TO, to.toString()));
    append.set(CommittedPosition.LANDED_THROUGH, landedThrough.toString());
    notes.forEach(append::set);
    try {
      return new CommitIdentity()
          .commit(table, append, new EndsAtFrom(), () -> StagedFiles.delete(table, files));
    } catch (ValidationException e) {
      throw new PositionConflictException(e.getMessage(), e);
    }
  }

  /** Empty where the commit must record its whole position. */
  private Optional<KafkaPosition> advance(Table table) {
    if (from.isEmpty() || !sourceBefore().equals(source) || table.currentSnapshot() == null) {
      return Optional.empty();
    }
    int advances = 0;
    for (Snapshot snapshot :
        SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot)) {
      if (CommittedPosition.isOf(query, snapshot)) {
        if (CommittedPosition.isWhole(snapshot)) {
          return to.advanceSince(from.get());
        }
        advances++;
        if (advances == MAX_ADVANCES) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /** Differs from {@code source} only where an operator accepted a new source. */
  private String sourceBefore() {
    return notes.getOrDefault(CommittedPosition.PREVIOUS_SOURCE, source);
  }

  /** Snapshots get strictly growing times, so that a reader can start after one by its time. */
  private static void awaitClockPast(Table table) {
    table.refresh();
    Snapshot newest = table.currentSnapshot();
    if (newest == null) {
      return;
    }
    long ahead = newest.timestampMillis() - System.currentTimeMillis();
    if (ahead > MAX_CLOCK_WAIT_MILLIS) {
      throw new IllegalStateException(
          "the newest snapshot of %s is of %s, %d s ahead of this machine's clock: set the clock right, or wait"
              .formatted(
                  table.name(), Instant.ofEpochMilli(newest.timestampMillis()), ahead / 1_000));
    }
    while (System.currentTimeMillis() <= newest.timestampMillis()) {
      Thread.onSpinWait();
    }
  }

  /** The newest commit of the query, if any, ends where this one begins. */
  private final class EndsAtFrom implements SnapshotAncestryValidator {
    private Optional<CommittedPosition> newest = Optional.empty();

    @Override
    public boolean validate(Iterable<Snapshot> newestFirst) {
      newest = CommittedPosition.in(newestFirst, query);
      return newest.map(CommittedPosition::to).equals(from.map(Position::toString))
          && newest.map(recorded -> recorded.source().equals(sourceBefore())).orElse(true);
    }

    @Override
    public String errorMessage() {
      return "%s would append [%s, %s) of source %s, but the table's newest commit ends at %s"
          .formatted(
              query,
              from.map(Position::toString).orElse("the beginning"),
              to,
              source,
              newest.map(r -> r.to() + " of source " + r.source()).orElse("the beginning"));
    }
  }
}
