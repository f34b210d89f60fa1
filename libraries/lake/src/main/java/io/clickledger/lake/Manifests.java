package io.clickledger.lake;

import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteManifests;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;

/**
 * Keeps a table's manifests few. Each append of a stream adds one, and each commit and each reader
 * goes through the list of all of them.
 */
public final class Manifests {
  /** So many are left alone. */
  private static final int FEW = 100;

  /** Below this, a manifest is merged with others. */
  private static final long SMALL_BYTES = 4L << 20;

  /** How many days share a manifest. */
  private static final int DAYS = 30;

  private Manifests() {}

  /**
   * Merges the small manifests where there are too many of all. Appends may go on meanwhile.
   *
   * @return by how many manifests the table has fewer
   */
  public static int merge(Table table) {
    return merge(table, FEW);
  }

  /**
   * The same.
   *
   * @param few so many are left alone
   */
  public static int merge(Table table, int few) {
    table.refresh();
    if (table.currentSnapshot() == null) {
      return 0;
    }
    int before = table.currentSnapshot().dataManifests(table.io()).size();
    if (before <= few) {
      return 0;
    }
    PartitionSpec spec = table.spec();
    RewriteManifests rewrite =
        table
            .rewriteManifests()
            .rewriteIf(manifest -> manifest.length() < SMALL_BYTES)
            // Neighbours in time go together, so that a reader of one period opens few of them.
            .clusterBy(
                file -> spec.isPartitioned() ? file.partition().get(0, Integer.class) / DAYS : 0);
    new CommitIdentity().commit(table, rewrite, SnapshotAncestryValidator.NON_VALIDATING, () -> {});
    table.refresh();
    return before - table.currentSnapshot().dataManifests(table.io()).size();
  }
}
