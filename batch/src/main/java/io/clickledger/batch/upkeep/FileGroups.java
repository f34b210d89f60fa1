package io.clickledger.batch.upkeep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/**
 * Groups small files of a table for rewriting: files of one partition, by hour of landing during
 * the day, and of the whole day when it is over. The table's first partition field must be the day
 * of landed_at.
 */
final class FileGroups {
  /** What a written file aims at. */
  static final long TARGET_BYTES = 128L << 20;

  /** Files of this size are left alone. */
  private static final long LARGE_BYTES = TARGET_BYTES / 4 * 3;

  /** From this number of files on, a group is rewritten even where most rows are in one file. */
  private static final int MIN_FILES = 32;

  private FileGroups() {}

  /**
   * Files of one partition that are written together.
   *
   * @param snapshotId the snapshot that they were planned at
   * @param from start of the hour or day in which their rows landed
   */
  record Group(long snapshotId, Instant from, List<FileScanTask> tasks) {
    List<DataFile> files() {
      return tasks.stream().map(FileScanTask::file).toList();
    }

    /** How many files are to come of it. */
    int filesAfter() {
      long bytes = files().stream().mapToLong(DataFile::fileSizeInBytes).sum();
      return (int) (1 + (bytes - 1) / TARGET_BYTES);
    }

    /** The value of a partition field, by its place in the spec. */
    <T> T partition(int place, Class<T> type) {
      return tasks.get(0).file().partition().get(place, type);
    }

    /**
     * Small files are merged with a large one only when they are as large together, so that each
     * row is rewritten only a few times.
     */
    private boolean isWorthIt() {
      long largest = files().stream().mapToLong(DataFile::recordCount).max().orElse(0);
      long all = files().stream().mapToLong(DataFile::recordCount).sum();
      return filesAfter() < tasks.size() && (tasks.size() >= MIN_FILES || all - largest >= largest);
    }
  }

  /**
   * The groups that are worth writing, oldest first, of the table's newest snapshot. A plan is made
   * once: what lands later is in none of them.
   *
   * @param landedAt name of the column
   * @param endedBefore hours and days that end by then
   */
  static List<Group> of(Table table, String landedAt, Instant endedBefore) {
    table.refresh();
    if (table.currentSnapshot() == null) {
      return List.of();
    }
    long snapshotId = table.currentSnapshot().snapshotId();
    Instant end = endedBefore.truncatedTo(ChronoUnit.HOURS);
    int landedAtId = table.schema().findField(landedAt).fieldId();
    record Key(String partition, Instant from) {}
    Map<Key, List<FileScanTask>> tasks = new HashMap<>();
    try (CloseableIterable<FileScanTask> planned =
        table
            .newScan()
            .useSnapshot(snapshotId)
            .filter(Expressions.lessThan(landedAt, ChronoUnit.MICROS.between(Instant.EPOCH, end)))
            .includeColumnStats(Set.of(landedAt))
            .planFiles()) {
      for (FileScanTask task : planned) {
        // Rows deleted by position are an eraser's to write anew.
        if (task.file().fileSizeInBytes() >= LARGE_BYTES || !task.deletes().isEmpty()) {
          continue;
        }
        Instant day =
            Instant.EPOCH.plus(task.file().partition().get(0, Integer.class), ChronoUnit.DAYS);
        boolean isOver = !day.plus(1, ChronoUnit.DAYS).isAfter(end);
        Instant from = isOver ? day : hour(task.file(), landedAtId);
        if (from != null && (isOver || from.isBefore(end))) {
          String partition = table.spec().partitionToPath(task.file().partition());
          tasks.computeIfAbsent(new Key(partition, from), any -> new ArrayList<>()).add(task);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("planning " + table.name(), e);
    }
    return tasks.entrySet().stream()
        .map(group -> new Group(snapshotId, group.getKey().from(), group.getValue()))
        .filter(Group::isWorthIt)
        .sorted(Comparator.comparing(Group::from))
        .toList();
  }

  /** The hour in which all rows of the file landed; null where that is not known or not one. */
  private static Instant hour(DataFile file, int landedAtId) {
    Instant first = bound(file.lowerBounds(), landedAtId);
    Instant last = bound(file.upperBounds(), landedAtId);
    if (first == null || last == null) {
      return null;
    }
    Instant hour = first.truncatedTo(ChronoUnit.HOURS);
    return hour.equals(last.truncatedTo(ChronoUnit.HOURS)) ? hour : null;
  }

  private static Instant bound(Map<Integer, ByteBuffer> bounds, int fieldId) {
    ByteBuffer bound = bounds == null ? null : bounds.get(fieldId);
    return bound == null
        ? null
        : Instant.EPOCH.plus(
            Conversions.<Long>fromByteBuffer(Types.TimestampType.withZone(), bound),
            ChronoUnit.MICROS);
  }
}
