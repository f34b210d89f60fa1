package io.clickledger.lake;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends the files of one batch exactly once. The commit says from where to where its source was
 * read, and is only accepted where the newest commit of the same query ends where this one begins;
 * Iceberg checks that again on every retry. Two writers, a batch run twice or a batch left out can
 * therefore not both be in the table.
 *
 * @param query name of the streaming query, such as {@code land-clicks}
 * @param source identity of the source: a Kafka topic id or the UUID of a table
 * @param from where the batch begins: the position that must be recorded; empty for the first ever
 * @param to where the batch ends
 * @param landedThrough greatest landed_at among all rows up to {@code to}
 * @param notes what else the commit says of itself, by keys of {@link Recorded}
 */
public record PositionedAppend(
    String query,
    String source,
    Optional<String> from,
    String to,
    Instant landedThrough,
    Map<String, String> notes) {
  private static final Logger LOG = LoggerFactory.getLogger(PositionedAppend.class);

  private static final String COMMIT_ID = "clickledger.commit-id";

  /** How often an unknown outcome is looked up before it is given up. */
  private static final int LOOK_UPS = 10;

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
    String commitId = UUID.randomUUID().toString();
    AppendFiles append = table.newFastAppend();
    files.forEach(append::appendFile);
    append.set(COMMIT_ID, commitId);
    append.set(Recorded.QUERY, query);
    append.set(Recorded.SOURCE, source);
    from.ifPresent(position -> append.set(Recorded.FROM, position));
    append.set(Recorded.TO, to);
    append.set(Recorded.LANDED_THROUGH, landedThrough.toString());
    notes.forEach(append::set);
    append.validateWith(new EndsAtFrom(commitId));
    try {
      append.commit();
    } catch (ValidationException e) {
      StagedFiles.delete(table, files);
      throw new PositionConflictException(e.getMessage(), e);
    } catch (CommitFailedException e) {
      table.refresh();
      Optional<Snapshot> committed = ours(table, commitId);
      if (committed.isPresent()) {
        return committed.get();
      }
      StagedFiles.delete(table, files);
      throw e;
    } catch (RuntimeException e) {
      return resolve(table, commitId, e);
    }
    return ours(table, commitId)
        .orElseThrow(
            () -> new IllegalStateException("commit of " + this + " succeeded but is not found"));
  }

  /** Another one than {@code source} only where a person accepted it. */
  private String sourceBefore() {
    return notes.getOrDefault(Recorded.PREVIOUS_SOURCE, source);
  }

  /** Snapshots get strictly growing times, so that a reader can start after one by its time. */
  private static void awaitClockPast(Table table) {
    table.refresh();
    Snapshot newest = table.currentSnapshot();
    while (newest != null && System.currentTimeMillis() <= newest.timestampMillis()) {
      Thread.onSpinWait();
    }
  }

  private Snapshot resolve(Table table, String commitId, RuntimeException unknown) {
    for (int lookUp = 1; lookUp <= LOOK_UPS; lookUp++) {
      try {
        table.refresh();
        Optional<Snapshot> ours = ours(table, commitId);
        if (ours.isPresent()) {
          LOG.warn("commit of {} had an unknown outcome; it is in", this);
          return ours.get();
        }
        Thread.sleep(500L * lookUp);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unknown;
      } catch (RuntimeException e) {
        unknown.addSuppressed(e);
      }
    }
    throw unknown;
  }

  private static Optional<Snapshot> ours(Table table, String commitId) {
    if (table.currentSnapshot() == null) {
      return Optional.empty();
    }
    for (Snapshot snapshot :
        SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot)) {
      if (commitId.equals(snapshot.summary().get(COMMIT_ID))) {
        return Optional.of(snapshot);
      }
    }
    return Optional.empty();
  }

  /** The newest commit of the query, if any, ends where this one begins. */
  private final class EndsAtFrom implements SnapshotAncestryValidator {
    private final String commitId;
    private Optional<Recorded> newest = Optional.empty();

    EndsAtFrom(String commitId) {
      this.commitId = commitId;
    }

    @Override
    public boolean validate(Iterable<Snapshot> newestFirst) {
      // The catalog's client repeats a statement whose answer was lost; a second try then finds the
      // first one in. To refuse it would have Iceberg delete files that are live.
      for (Snapshot snapshot : newestFirst) {
        if (commitId.equals(snapshot.summary().get(COMMIT_ID))) {
          throw new CommitStateUnknownException(
              new IllegalStateException("commit " + commitId + " is in the table already"));
        }
      }
      newest = Recorded.in(newestFirst, query);
      return (newest.map(Recorded::to).equals(from)
              && newest.map(recorded -> recorded.source().equals(sourceBefore())).orElse(true))
          || SeededBug.NO_VALIDATION.strikes();
    }

    @Override
    public String errorMessage() {
      return "%s would append [%s, %s) of source %s, but the table's newest commit ends at %s"
          .formatted(
              query,
              from.orElse("the beginning"),
              to,
              source,
              newest.map(r -> r.to() + " of source " + r.source()).orElse("the beginning"));
    }
  }
}
