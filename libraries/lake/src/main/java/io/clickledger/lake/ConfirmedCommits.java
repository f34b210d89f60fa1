package io.clickledger.lake;

import java.util.List;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadata.MetadataLogEntry;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.jdbc.UncheckedInterruptedException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits to one table of the JDBC catalog, with three outcomes only: done, certainly not done, and
 * {@link CommitStateUnknownException}, after which Iceberg deletes nothing.
 *
 * <p>The catalog's client repeats a statement whose answer was lost. Where the first statement took
 * effect, the second one finds the table changed and fails. Iceberg would treat that as a conflict
 * and delete committed manifests or commit the same files again. This class looks into the table's
 * metadata log: the version that followed the base version is either this commit's or another
 * writer's.
 */
final class ConfirmedCommits implements TableOperations {
  private static final Logger LOG = LoggerFactory.getLogger(ConfirmedCommits.class);

  /** How often the catalog is asked before an outcome stays unknown. */
  private static final int MAX_LOOKUPS = 10;

  private static final long LOOKUP_WAIT_MILLIS = 500;

  private final TableIdentifier table;
  private final TableOperations catalog;

  ConfirmedCommits(TableIdentifier table, TableOperations catalog) {
    this.table = table;
    this.catalog = catalog;
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    if (base != catalog.current() || base == metadata) {
      // Fails, or has nothing to do, before a statement is sent.
      catalog.commit(base, metadata);
      return;
    }
    try {
      catalog.commit(base, metadata);
    } catch (CommitFailedException | AlreadyExistsException e) {
      // A definite answer: every earlier statement has taken effect by now or never will.
      if (!isIn(base, metadata, e)) {
        throw e;
      }
    } catch (UncheckedSQLException | UncheckedInterruptedException e) {
      // The last statement may still take effect.
      if (!isIn(base, metadata, e)) {
        throw new CommitStateUnknownException(e);
      }
    }
  }

  /** Looks the commit up, and finishes it where it is in. */
  private boolean isIn(TableMetadata base, TableMetadata metadata, RuntimeException failure) {
    for (int lookup = 1; lookup <= MAX_LOOKUPS; lookup++) {
      try {
        if (!isIn(base, metadata)) {
          return false;
        }
        LOG.warn("the answer to a commit to {} was lost; it is in", table, failure);
        CatalogUtil.deleteRemovedMetadataFiles(io(), base, metadata);
        return true;
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
      try {
        Thread.sleep(LOOKUP_WAIT_MILLIS * lookup);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    throw new CommitStateUnknownException(failure);
  }

  private boolean isIn(TableMetadata base, TableMetadata metadata) {
    TableMetadata current = catalog.refresh();
    if (current == null || isSameVersion(current, base)) {
      return false;
    }
    TableMetadata next = next(base, current);
    return next.lastUpdatedMillis() == metadata.lastUpdatedMillis()
        && TableMetadataParser.toJson(next).equals(asRead(metadata));
  }

  private static boolean isSameVersion(TableMetadata current, TableMetadata base) {
    return base != null && current.metadataFileLocation().equals(base.metadataFileLocation());
  }

  /** The version that followed {@code base}, or the first one where that is null. */
  private TableMetadata next(TableMetadata base, TableMetadata current) {
    List<String> log = current.previousFiles().stream().map(MetadataLogEntry::file).toList();
    int place = base == null ? 0 : log.indexOf(base.metadataFileLocation()) + 1;
    if (base != null && place == 0) {
      throw new IllegalStateException(
          "%s has more versions after %s than its metadata log holds"
              .formatted(table, base.metadataFileLocation()));
    }
    return place == log.size() ? current : TableMetadataParser.read(io(), log.get(place));
  }

  /** The metadata in the form in which they are read from their file. */
  private static String asRead(TableMetadata metadata) {
    return TableMetadataParser.toJson(
        TableMetadataParser.fromJson(TableMetadataParser.toJson(metadata)));
  }

  @Override
  public TableMetadata current() {
    return catalog.current();
  }

  @Override
  public TableMetadata refresh() {
    return catalog.refresh();
  }

  @Override
  public FileIO io() {
    return catalog.io();
  }

  @Override
  public EncryptionManager encryption() {
    return catalog.encryption();
  }

  @Override
  public String metadataFileLocation(String fileName) {
    return catalog.metadataFileLocation(fileName);
  }

  @Override
  public LocationProvider locationProvider() {
    return catalog.locationProvider();
  }

  @Override
  public TableOperations temp(TableMetadata uncommitted) {
    return catalog.temp(uncommitted);
  }

  @Override
  public long newSnapshotId() {
    return catalog.newSnapshotId();
  }

  @Override
  public boolean requireStrictCleanup() {
    return catalog.requireStrictCleanup();
  }
}
