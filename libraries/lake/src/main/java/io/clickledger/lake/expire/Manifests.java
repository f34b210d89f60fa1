package io.clickledger.lake.expire;

import io.clickledger.lake.commit.CommitIdentity;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteManifests;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;

/**
 * Limits the number of a table's manifests. Each streaming append adds one, and every commit and
 * every scan reads the list of all of them.
 */
public final class Manifests {
  /** Up to this number, manifests are not merged. */
  private static final int MERGE_THRESHOLD = 100;

  /** Below this, a manifest is merged with others. */
  private static final long SMALL_BYTES = 4L << 20;

  /** How many days share a manifest. */
  private static final int DAYS_PER_MANIFEST = 30;

  private Manifests() {}

  /**
   * Merges the small manifests where there are too many of all. Appends may go on meanwhile.
   *
   * @return by how many manifests the table has fewer
   */
  public static int merge(Table table) {
    return merge(table, MERGE_THRESHOLD);
  }

  /**
   * The same.
   *
   * @param threshold up to this number, manifests are not merged
   */
  public static int merge(Table table, int threshold) {
    table.refresh();
    if (table.currentSnapshot() == null) {
      return 0;
    }
    int before = table.currentSnapshot().dataManifests(table.io()).size();
    if (before <= threshold) {
      return 0;
    }
    PartitionSpec spec = table.spec();
    RewriteManifests rewrite =
        table
            .rewriteManifests()
            .rewriteIf(manifest -> manifest.length() < SMALL_BYTES)
            // Manifests of neighbouring days are merged, so that a scan of one period opens few of
            // them.
            .clusterBy(
                file ->
                    spec.isPartitioned()
                        ? file.partition().get(0, Integer.class) / DAYS_PER_MANIFEST
                        : 0);
    new CommitIdentity().commit(table, rewrite, SnapshotAncestryValidator.NON_VALIDATING, () -> {});
    table.refresh();
    return before - table.currentSnapshot().dataManifests(table.io()).size();
  }
}
