package io.clickledger.lake.publish;

import io.clickledger.lake.migrate.Migrations;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * Branches and tags of a nightly table. A billing run writes on a branch that starts at the
 * published snapshot, and main moves to it in one step; the caller must hold the {@link
 * AdvisoryLock} of the table's group.
 */
public final class TableRefs {
  private static final String MAIN = SnapshotRef.MAIN_BRANCH;

  private static final int MAX_ATTEMPTS = 20;

  private TableRefs() {}

  /** What Spark's writer calls the branch of a table. */
  public static String qualified(String table, String branch) {
    return table + ".branch_" + branch;
  }

  /**
   * Resets main to an earlier snapshot: what a billing run fast-forwarded and never published must
   * not stay in the table's history. Does nothing where main is at the snapshot.
   *
   * @return whether main had to be moved
   */
  public static boolean resetMain(Table table, long snapshotId) {
    table.refresh();
    if (table.currentSnapshot().snapshotId() == snapshotId) {
      return false;
    }
    table.manageSnapshots().setCurrentSnapshot(snapshotId).commit();
    return true;
  }

  /** The empty commit that the migrator gave the table, before anything was published. */
  public static long creation(Table table) {
    table.refresh();
    for (Snapshot snapshot : table.snapshots()) {
      if (snapshot.summary().containsKey(Migrations.SUMMARY_KEY)) {
        return snapshot.snapshotId();
      }
    }
    throw new IllegalStateException(
        "table " + table.name() + " has no publication, and its first snapshot is gone");
  }

  /** Creates a branch at a snapshot. */
  public static void create(Table table, String branch, long snapshotId) {
    table.refresh();
    table.manageSnapshots().createBranch(branch, snapshotId).commit();
  }

  /** The snapshot at the head of a branch. */
  public static long head(Table table, String branch) {
    table.refresh();
    SnapshotRef ref = table.refs().get(branch);
    if (ref == null || !ref.isBranch()) {
      throw new IllegalArgumentException("no branch " + branch + " on " + table.name());
    }
    return ref.snapshotId();
  }

  /** Moves main to the head of the branch, which must descend from main's head. */
  public static void fastForward(Table table, String branch) {
    table.refresh();
    table.manageSnapshots().fastForwardBranch(MAIN, branch).commit();
  }

  /** Drops a branch where it exists; its snapshots go when they expire. */
  public static void drop(Table table, String branch) {
    table.refresh();
    if (table.refs().containsKey(branch)) {
      table.manageSnapshots().removeBranch(branch).commit();
    }
  }

  /** The branches whose names start with the prefix. */
  public static List<String> startingWith(Table table, String prefix) {
    table.refresh();
    return table.refs().entrySet().stream()
        .filter(ref -> ref.getValue().isBranch() && ref.getKey().startsWith(prefix))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /**
   * Tags a snapshot, which protects it from expiry. Repeated on the same snapshot it does nothing;
   * a tag that a dead run left at another snapshot is moved. Safe beside a stream's commits.
   */
  public static void tag(Table table, String tag, long snapshotId) {
    besideCommits(
        table,
        () -> {
          SnapshotRef ref = table.refs().get(tag);
          if (ref == null) {
            table.manageSnapshots().createTag(tag, snapshotId).commit();
          } else if (ref.snapshotId() != snapshotId) {
            table.manageSnapshots().replaceTag(tag, snapshotId).commit();
          }
        });
  }

  /** Drops a tag where it exists; its snapshot goes when it expires. */
  public static void untag(Table table, String tag) {
    besideCommits(
        table,
        () -> {
          if (table.refs().containsKey(tag)) {
            table.manageSnapshots().removeTag(tag).commit();
          }
        });
  }

  /** Iceberg does not retry a change of refs after a conflict with another commit. */
  private static void besideCommits(Table table, Runnable change) {
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      try {
        change.run();
        return;
      } catch (CommitFailedException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
