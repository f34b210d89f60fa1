package io.clickledger.batch.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;

/** The files of a table's snapshots: whether each is there, as long as it was when written. */
final class SnapshotFiles {
  private final Table table;

  /** Snapshots share most of their manifests: each is opened once. */
  private final Map<String, Content> manifests = new HashMap<>();

  SnapshotFiles(Table table) {
    this.table = table;
  }

  /** Of a manifest or of a snapshot. */
  record Content(long rows, boolean isWhole) {
    private Content and(Content other) {
      return new Content(rows + other.rows, isWhole && other.isWhole);
    }
  }

  /**
   * Looks at every file of the snapshot.
   *
   * @param fault takes a sentence about each file that is not as it was written
   */
  Content check(Snapshot snapshot, Consumer<String> fault) {
    Content all = new Content(0, true);
    try {
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        if (!manifests.containsKey(manifest.path())) {
          manifests.put(manifest.path(), read(manifest, fault));
        }
        all = all.and(manifests.get(manifest.path()));
      }
      return all;
    } catch (NotFoundException e) {
      fault.accept("a list of its files is gone: " + e.getMessage());
      return new Content(0, false);
    }
  }

  private Content read(ManifestFile manifest, Consumer<String> fault) {
    if (manifest.content() == ManifestContent.DELETES) {
      fault.accept(
          "billing runs delete rows by writing files anew, but it has deletes in " + manifest);
      return new Content(0, false);
    }
    Content all = new Content(0, true);
    try (ManifestReader<DataFile> files = ManifestFiles.read(manifest, table.io(), table.specs())) {
      for (DataFile file : files) {
        all = all.and(new Content(file.recordCount(), isThere(file, fault)));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + manifest.path(), e);
    }
  }

  private boolean isThere(DataFile file, Consumer<String> fault) {
    InputFile stored = table.io().newInputFile(file.location());
    if (!stored.exists()) {
      fault.accept("its file %s is gone".formatted(file.location()));
      return false;
    }
    if (stored.getLength() != file.fileSizeInBytes()) {
      fault.accept(
          "its file %s has %d bytes, was written with %d"
              .formatted(file.location(), stored.getLength(), file.fileSizeInBytes()));
      return false;
    }
    return true;
  }
}
