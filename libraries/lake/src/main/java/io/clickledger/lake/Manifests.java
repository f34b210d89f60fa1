package io.clickledger.lake;

import org.apache.iceberg.PartitionSpec;
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

  /** How many partitions share a manifest: about a month, where they are hours. */
  private static final int PARTITIONS = 24 * 30;

  private Manifests() {}

  /**
   * Merges the small manifests where there are too many of all. Appends may go on meanwhile.
   *
   * @return by how many manifests the table has fewer
   */
  public static int merge(Table table) {
    table.refresh();
    if (table.currentSnapshot() == null) {
      return 0;
    }
    int before = table.currentSnapshot().dataManifests(table.io()).size();
    if (before <= FEW) {
      return 0;
    }
    PartitionSpec spec = table.spec();
    table
        .rewriteManifests()
        .rewriteIf(manifest -> manifest.length() < SMALL_BYTES)
        // Neighbours in time go together, so that a reader of one period opens few of them.
        .clusterBy(
            file -> spec.isPartitioned() ? file.partition().get(0, Integer.class) / PARTITIONS : 0)
        .commit();
    table.refresh();
    return before - table.currentSnapshot().dataManifests(table.io()).size();
  }
}
