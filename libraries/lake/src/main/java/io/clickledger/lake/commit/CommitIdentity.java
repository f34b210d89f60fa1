package io.clickledger.lake.commit;

import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Identifies a commit by an id in its summary, so that its snapshot can be found among those of
 * concurrent commits.
 */
public final class CommitIdentity {
  private static final String KEY = "clickledger.commit-id";

  private final String id = UUID.randomUUID().toString();

  /**
   * Commits the update.
   *
   * @param validator the condition that must hold at every attempt
   * @param discard deletes the files of the update; run only where it certainly did not take effect
   * @return the snapshot that the update made
   * @throws ValidationException where the update does not hold any more; discarded
   * @throws CommitFailedException where other writers kept winning; discarded
   * @throws RuntimeException where it is not known whether it took effect; the files stay
   */
  public Snapshot commit(
      Table table,
      SnapshotUpdate<?> update,
      SnapshotAncestryValidator validator,
      Runnable discard) {
    update.set(KEY, id);
    update.validateWith(validator);
    try {
      update.commit();
    } catch (ValidationException | CommitFailedException e) {
      discard.run();
      throw e;
    }
    table.refresh();
    return in(table)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "commit %s to %s succeeded but is not found".formatted(id, table.name())));
  }

  private Optional<Snapshot> in(Table table) {
    if (table.currentSnapshot() == null) {
      return Optional.empty();
    }
    return in(SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot));
  }

  private Optional<Snapshot> in(Iterable<Snapshot> newestFirst) {
    for (Snapshot snapshot : newestFirst) {
      if (id.equals(snapshot.summary().get(KEY))) {
        return Optional.of(snapshot);
      }
    }
    return Optional.empty();
  }
}
