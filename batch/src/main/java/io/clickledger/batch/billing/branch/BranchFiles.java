package io.clickledger.batch.billing.branch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Table;

/**
 * Which data files a snapshot has lost and won against an earlier one. A data file never changes,
 * so every row of the other files is as it was. It reads only manifests that one of both does not
 * have, so its cost follows the change.
 *
 * @param removed by location
 * @param added by location
 * @param hasDeletes whether the later snapshot deletes rows of files without writing them anew
 */
record BranchFiles(Map<String, DataFile> removed, Map<String, DataFile> added, boolean hasDeletes) {

  static BranchFiles between(Table table, long earlier, long later) {
    Set<ManifestFile> before = manifests(table, earlier);
    Set<ManifestFile> after = manifests(table, later);
    boolean hasDeletes =
        after.stream().anyMatch(manifest -> manifest.content() == ManifestContent.DELETES);
    Set<ManifestFile> both = new HashSet<>(before);
    both.retainAll(after);
    before.removeAll(both);
    after.removeAll(both);
    Map<String, DataFile> removed = files(table, before);
    Map<String, DataFile> added = files(table, after);
    Set<String> kept = new HashSet<>(removed.keySet());
    kept.retainAll(added.keySet());
    removed.keySet().removeAll(kept);
    added.keySet().removeAll(kept);
    return new BranchFiles(removed, added, hasDeletes);
  }

  long addedRows() {
    return added.values().stream().mapToLong(DataFile::recordCount).sum();
  }

  private static Set<ManifestFile> manifests(Table table, long snapshotId) {
    return table.snapshot(snapshotId).allManifests(table.io()).stream()
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static Map<String, DataFile> files(Table table, Set<ManifestFile> manifests) {
    Map<String, DataFile> files = new HashMap<>();
    for (ManifestFile manifest : manifests) {
      if (manifest.content() == ManifestContent.DATA) {
        try (ManifestReader<DataFile> reader =
            ManifestFiles.read(manifest, table.io(), table.specs())) {
          reader.forEach(file -> files.put(file.location(), file.copy()));
        } catch (IOException e) {
          throw new UncheckedIOException("reading " + manifest.path(), e);
        }
      }
    }
    return files;
  }
}
