package io.clickledger.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** What must hold of the catalog's tables whatever was lost on the way to it. */
public final class CatalogChecks {
  private static final Pattern WRITE =
      Pattern.compile(
          "\\s*(UPDATE|INSERT INTO)\\s+iceberg_.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private CatalogChecks() {}

  /** Whether the statement is one by which Iceberg's JDBC catalog changes what it holds. */
  public static boolean isWrite(String statement) {
    return WRITE.matcher(statement).matches();
  }

  /**
   * Fails unless every file that any snapshot needs is there.
   *
   * @return the rows of main
   */
  public static long rowsOfWhole(Table table) {
    table.refresh();
    long rows = 0;
    for (Snapshot snapshot : table.snapshots()) {
      requireFile(table, snapshot.manifestListLocation());
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        requireFile(table, manifest.path());
      }
      boolean isMain = snapshot.snapshotId() == table.currentSnapshot().snapshotId();
      try (CloseableIterable<FileScanTask> tasks =
          table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
        for (FileScanTask task : tasks) {
          requireFile(table, task.file().location());
          rows += isMain ? task.file().recordCount() : 0;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return rows;
  }

  private static void requireFile(Table table, String location) {
    assertThat(table.io().newInputFile(location).exists())
        .as("%s of %s is there", location, table.name())
        .isTrue();
  }
}
