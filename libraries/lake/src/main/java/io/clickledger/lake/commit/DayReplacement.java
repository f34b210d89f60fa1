package io.clickledger.lake.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/**
 * Replaces all files that a table has of one UTC day of landing up to an instant, in one commit,
 * while a query appends to the table. The files to replace are determined at each attempt, so
 * concurrent rewrites do not matter; an attempt fails where any commit other than that query's
 * appends came in between. What the query appends landed after the instant.
 *
 * @param table is partitioned by the day of landed_at first
 * @param landedAt name of the column
 * @param query the query that appends
 * @param day its start
 * @param through landed_at of the last rows that are replaced
 */
public record DayReplacement(
    Table table, String landedAt, String query, Instant day, Instant through) {
  /** The summary's key of what was replaced. */
  private static final String REBUILT_THROUGH = "clickledger.rebuilt-through";

  private static final int MAX_ATTEMPTS = 5;

  /** What was replaced. */
  public record Replaced(int files, long rows) {}

  /** A file of the day has rows that are to be replaced and others that are not. */
  public static final class MixedFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MixedFileException(String message) {
      super(message);
    }
  }

  /**
   * Commits the files.
   *
   * @param written rows of the day up to the instant
   * @throws MixedFileException where a file has rows of before and after the instant; the written
   *     files are deleted
   * @throws ValidationException where others kept rewriting the day; the written files are deleted
   * @throws CommitFailedException where other writers kept winning; the written files are deleted
   * @throws RuntimeException where it is not known whether it took effect; the files stay
   */
  public Replaced commit(Collection<DataFile> written) {
    for (int attempt = 1; ; attempt++) {
      List<DataFile> replaced = replaced(written);
      Replaced outcome =
          new Replaced(replaced.size(), replaced.stream().mapToLong(DataFile::recordCount).sum());
      if (replaced.isEmpty() && written.isEmpty()) {
        return outcome;
      }
      OverwriteFiles overwrite = table.newOverwrite().set(REBUILT_THROUGH, last().toString());
      replaced.forEach(overwrite::deleteFile);
      written.forEach(overwrite::addFile);
      try {
        new CommitIdentity()
            .commit(table, overwrite, new OnlyAppendsSince(table.currentSnapshot()), () -> {});
        return outcome;
      } catch (ValidationException | CommitFailedException e) {
        if (attempt == MAX_ATTEMPTS) {
          StagedFiles.delete(table, written);
          throw e;
        }
      }
    }
  }

  private Instant end() {
    return day.plus(Duration.ofDays(1));
  }

  private Instant last() {
    return through.isBefore(end()) ? through : end().minus(1, ChronoUnit.MICROS);
  }

  private List<DataFile> replaced(Collection<DataFile> written) {
    table.refresh();
    try {
      return replaced();
    } catch (RuntimeException e) {
      StagedFiles.delete(table, written);
      throw e;
    }
  }

  private List<DataFile> replaced() {
    List<DataFile> replaced = new ArrayList<>();
    long epochDay = ChronoUnit.DAYS.between(Instant.EPOCH, day);
    try (CloseableIterable<FileScanTask> planned =
        table
            .newScan()
            .filter(
                Expressions.and(
                    Expressions.greaterThanOrEqual(landedAt, micros(day)),
                    Expressions.lessThan(landedAt, micros(end()))))
            .includeColumnStats(Set.of(landedAt))
            .planFiles()) {
      for (FileScanTask task : planned) {
        if (task.file().partition().get(0, Integer.class) == epochDay && isReplaced(task.file())) {
          replaced.add(task.file());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("planning " + table.name(), e);
    }
    return replaced;
  }

  private boolean isReplaced(DataFile file) {
    if (!through.isBefore(end())) {
      return true;
    }
    int landedAtId = table.schema().findField(landedAt).fieldId();
    Instant first = bound(file.lowerBounds(), landedAtId);
    Instant last = bound(file.upperBounds(), landedAtId);
    if (first.isAfter(through)) {
      return false;
    }
    if (last.isAfter(through)) {
      throw new MixedFileException(
          "%s has a file of rows that landed up to %s and after it, %s: upkeep wrote them together meanwhile"
              .formatted(table.name(), through, file.location()));
    }
    return true;
  }

  private Instant bound(Map<Integer, ByteBuffer> bounds, int fieldId) {
    ByteBuffer bound = bounds == null ? null : bounds.get(fieldId);
    if (bound == null) {
      throw new MixedFileException(
          "%s has a file that does not say when its rows landed".formatted(table.name()));
    }
    return Instant.EPOCH.plus(
        Conversions.<Long>fromByteBuffer(Types.TimestampType.withZone(), bound), ChronoUnit.MICROS);
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  /** Accepts only appends of the query after the snapshot. */
  private final class OnlyAppendsSince implements SnapshotAncestryValidator {
    private final Snapshot read;
    private Snapshot other;

    /**
     * @param read null for a table without one
     */
    OnlyAppendsSince(Snapshot read) {
      this.read = read;
    }

    @Override
    public boolean validate(Iterable<Snapshot> newestFirst) {
      for (Snapshot snapshot : newestFirst) {
        if (read != null && snapshot.snapshotId() == read.snapshotId()) {
          return true;
        }
        if (!snapshot.operation().equals(DataOperations.APPEND)
            || !CommittedPosition.isOf(query, snapshot)) {
          other = snapshot;
          return false;
        }
      }
      return read == null;
    }

    @Override
    public String errorMessage() {
      return "%s was changed by something else than %s while what landed on %s was replaced: %s"
          .formatted(table.name(), query, day, other);
    }
  }
}
