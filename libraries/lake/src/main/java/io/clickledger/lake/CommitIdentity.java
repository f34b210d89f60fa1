package io.clickledger.lake;

import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The id of one commit, in its summary. Every commit may have taken effect although its answer was
 * lost: the id tells whether it did.
 */
public final class CommitIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(CommitIdentity.class);

  private static final String KEY = "clickledger.commit-id";

  /** How often an unknown outcome is looked up before it is given up. */
  private static final int MAX_LOOKUPS = 10;

  private final String id = UUID.randomUUID().toString();

  /**
   * Commits the update. The catalog's client repeats a statement whose answer was lost; the second
   * try then finds the first one in, and to refuse it would have Iceberg delete files that are
   * live. So that is looked for before any other validation.
   *
   * @param validator what else must hold on every try
   * @param discard deletes the files of the update; run only where it certainly did not take effect
   * @return the snapshot that the update made
   * @throws ValidationException where the update does not hold any more; discarded
   * @throws CommitFailedException where other writers kept winning; discarded
   * @throws RuntimeException where the catalog would not say whether it took effect; the files stay
   */
  public Snapshot commit(
      Table table,
      SnapshotUpdate<?> update,
      SnapshotAncestryValidator validator,
      Runnable discard) {
    update.set(KEY, id);
    update.validateWith(new NotYetIn(validator));
    try {
      update.commit();
    } catch (ValidationException | CommitFailedException e) {
      table.refresh();
      Optional<Snapshot> committed = in(table);
      if (committed.isPresent()) {
        return committed.get();
      }
      discard.run();
      throw e;
    } catch (RuntimeException e) {
      return lookUp(table, e);
    }
    return in(table)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "commit %s to %s succeeded but is not found".formatted(id, table.name())));
  }

  private Snapshot lookUp(Table table, RuntimeException unknown) {
    for (int lookup = 1; lookup <= MAX_LOOKUPS; lookup++) {
      try {
        table.refresh();
        Optional<Snapshot> committed = in(table);
        if (committed.isPresent()) {
          LOG.warn("commit {} to {} had an unknown outcome; it is in", id, table.name());
          return committed.get();
        }
        Thread.sleep(500L * lookup);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unknown;
      } catch (RuntimeException e) {
        unknown.addSuppressed(e);
      }
    }
    throw unknown;
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

  private final class NotYetIn implements SnapshotAncestryValidator {
    private final SnapshotAncestryValidator next;

    NotYetIn(SnapshotAncestryValidator next) {
      this.next = next;
    }

    @Override
    public boolean validate(Iterable<Snapshot> newestFirst) {
      if (in(newestFirst).isPresent()) {
        throw new CommitStateUnknownException(
            new IllegalStateException("commit " + id + " is in the table already"));
      }
      return next.validate(newestFirst);
    }

    @Override
    public String errorMessage() {
      return next.errorMessage();
    }
  }
}
