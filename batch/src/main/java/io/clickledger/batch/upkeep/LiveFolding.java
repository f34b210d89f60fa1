package io.clickledger.batch.upkeep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;

import io.clickledger.batch.billing.RollUpClicksJob;
import io.clickledger.lake.NightLock;
import io.clickledger.lake.Publication;
import io.clickledger.lake.Publications;
import io.clickledger.lake.RecordFiles;
import io.clickledger.lake.StagedFiles;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.spark.Measures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/**
 * Folds the partials of ended hours of live.clicks_by_minute: one row for each grain and landing
 * day instead of one for each landing. What any reader sums stays the same, and so does which of it
 * landed after a publication: partials are only summed on one side of the current publication's
 * landed_through, and, since the commit is made while no night runs, of every later one's.
 */
final class LiveFolding {
  private static final Duration HOUR = Duration.ofHours(1);

  /** Hours folded by one job and commit. */
  private static final int HOURS_AT_ONCE = 24;

  /** So many files are folded even where most rows are in one of them. */
  private static final int MANY_FILES = 32;

  private final SparkSession spark;
  private final Table live;
  private final Publications publications;
  private final DataSource locks;
  private final Fold fold;

  /**
   * @param locks where the lock of the nights is
   * @param fold {@link #foldedRows}
   */
  LiveFolding(
      SparkSession spark, Table live, Publications publications, DataSource locks, Fold fold) {
    this.spark = spark;
    this.live = live;
    this.publications = publications;
    this.locks = locks;
    this.fold = fold;
  }

  /** What becomes of partials, of which those landed up to the instant are published. */
  @FunctionalInterface
  interface Fold {
    Dataset<Row> rows(Dataset<Row> partials, Instant landedThrough);
  }

  /** What became of it. */
  record Outcome(int hours, int filesBefore, int filesAfter, Optional<String> stopped) {
    @Override
    public String toString() {
      return "live folded: %d hours, %d files became %d%s"
          .formatted(hours, filesBefore, filesAfter, stopped.map(why -> "; " + why).orElse(""));
    }
  }

  /** Folds the hours that ended before the instant, where it is worth it. */
  Outcome fold(Instant endedBefore) {
    live.refresh();
    SortedMap<Instant, Set<DataFile>> worthIt = filesByHour(endedBefore);
    worthIt.values().removeIf(files -> !isWorthIt(files));
    int hours = 0;
    int before = 0;
    int after = 0;
    while (!worthIt.isEmpty()) {
      SortedMap<Instant, Set<DataFile>> some = new TreeMap<>();
      while (some.size() < HOURS_AT_ONCE && !worthIt.isEmpty()) {
        Instant hour = worthIt.firstKey();
        some.put(hour, worthIt.remove(hour));
      }
      Set<DataFile> read = new HashSet<>();
      some.values().forEach(read::addAll);
      Folded folded = fold(some.keySet(), read);
      if (folded.refused().isPresent()) {
        return new Outcome(hours, before, after, folded.refused());
      }
      hours += some.size();
      before += read.size();
      after += folded.files();
    }
    return new Outcome(hours, before, after, Optional.empty());
  }

  private record Folded(int files, Optional<String> refused) {}

  private Folded fold(Set<Instant> hours, Set<DataFile> read) {
    long snapshotId = live.currentSnapshot().snapshotId();
    Optional<Publication> publication = publications.current();
    Dataset<Row> partials =
        spark
            .read()
            .option(SparkReadOptions.SNAPSHOT_ID, snapshotId)
            .table(LiveClicksByMinute.TABLE.toString())
            .where(
                hours.stream()
                    .map(
                        hour ->
                            col(LiveClicksByMinute.MINUTE)
                                .geq(lit(hour))
                                .and(col(LiveClicksByMinute.MINUTE).lt(lit(hour.plus(HOUR)))))
                    .reduce(Column::or)
                    .orElseThrow());
    Dataset<Row> folded =
        fold.rows(partials, publication.map(Publication::landedThrough).orElse(Instant.EPOCH))
            .select(
                live.schema().columns().stream()
                    .map(column -> col(column.name()))
                    .toArray(Column[]::new))
            .repartition(date_trunc("hour", col(LiveClicksByMinute.MINUTE)))
            .sortWithinPartitions(LiveClicksByMinute.MINUTE);
    Set<DataFile> written = StagedFiles.write(folded, live);
    requireSameTotals(totals(partials), totals(written), written);
    Optional<String> refused = commit(snapshotId, read, written, publication);
    if (refused.isPresent()) {
      StagedFiles.delete(live, written);
    }
    return new Folded(written.size(), refused);
  }

  /**
   * Sums partials of one grain that landed on one day and on one side of the instant. The day is
   * kept so that whoever compares live with what landed in a span of days still finds it here.
   */
  static Dataset<Row> foldedRows(Dataset<Row> partials, Instant landedThrough) {
    Column landedAt = col(LiveClicksByMinute.LANDED_AT);
    Column[] together =
        Stream.concat(
                Stream.of(
                    col(LiveClicksByMinute.MINUTE),
                    landedAt.gt(lit(landedThrough)),
                    to_date(landedAt)),
                Measures.DIMENSIONS.stream().map(functions::col))
            .toArray(Column[]::new);
    return Measures.sumOf(
        partials.withColumn(
            LiveClicksByMinute.LANDED_AT, max(landedAt).over(Window.partitionBy(together))),
        col(LiveClicksByMinute.MINUTE),
        landedAt);
  }

  /**
   * Replaces exactly the files read. The lock is held for no longer than the commit takes: a night
   * that pins its input afterwards reads everything that was folded, and one that pinned it before
   * has published or will, which the commit does not wait for.
   *
   * @return why it was not done; empty where it was
   */
  private Optional<String> commit(
      long snapshotId,
      Set<DataFile> read,
      Set<DataFile> written,
      Optional<Publication> foldedUpon) {
    Optional<NightLock> noNight = NightLock.take(locks, RollUpClicksJob.LOCK);
    if (noNight.isEmpty()) {
      return Optional.of("a night is running, the rest waits for its end");
    }
    try (NightLock lock = noNight.get()) {
      if (!publications.current().equals(foldedUpon)) {
        return Optional.of("a night published meanwhile, the rest waits for the next time");
      }
      lock.requireHeld();
      RewriteFiles rewrite = live.newRewrite().validateFromSnapshot(snapshotId);
      read.forEach(rewrite::deleteFile);
      written.forEach(rewrite::addFile);
      rewrite.commit();
      return Optional.empty();
    } catch (ValidationException | CommitFailedException e) {
      return Optional.of("live changed meanwhile, the rest waits for the next time: " + e);
    }
  }

  private SortedMap<Instant, Set<DataFile>> filesByHour(Instant endedBefore) {
    SortedMap<Instant, Set<DataFile>> files = new TreeMap<>();
    if (live.currentSnapshot() == null) {
      return files;
    }
    Instant end = endedBefore.truncatedTo(ChronoUnit.HOURS);
    try (CloseableIterable<FileScanTask> tasks =
        live.newScan()
            .filter(Expressions.lessThan(LiveClicksByMinute.MINUTE, micros(end)))
            .planFiles()) {
      for (FileScanTask task : tasks) {
        int hour = task.file().partition().get(0, Integer.class);
        files
            .computeIfAbsent(Instant.EPOCH.plus(HOUR.multipliedBy(hour)), any -> new HashSet<>())
            .add(task.file());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("planning " + LiveClicksByMinute.TABLE, e);
    }
    return files;
  }

  /**
   * One file comes of them, so two would be enough. But a late click adds a small file to a large
   * one: that waits until the small ones together weigh as much, so that a row is written again a
   * few times at most.
   */
  private static boolean isWorthIt(Set<DataFile> files) {
    long largest = files.stream().mapToLong(DataFile::recordCount).max().orElse(0);
    long all = files.stream().mapToLong(DataFile::recordCount).sum();
    return files.size() >= MANY_FILES || files.size() > 1 && all - largest >= largest;
  }

  private static Map<String, Long> totals(Dataset<Row> rows) {
    Column[] sums =
        Measures.SUMS.stream().map(measure -> sum(measure).as(measure)).toArray(Column[]::new);
    Row row = rows.agg(sums[0], Stream.of(sums).skip(1).toArray(Column[]::new)).first();
    Map<String, Long> totals = new TreeMap<>();
    Measures.SUMS.forEach(measure -> totals.put(measure, row.<Long>getAs(measure)));
    return totals;
  }

  private Map<String, Long> totals(Set<DataFile> files) {
    Map<String, Long> totals = new TreeMap<>();
    List<String> measures = new ArrayList<>(Measures.SUMS);
    for (DataFile file : files) {
      RecordFiles.read(
          live,
          file,
          measures,
          row ->
              measures.forEach(
                  measure -> totals.merge(measure, (Long) row.getField(measure), Long::sum)));
    }
    return totals;
  }

  private void requireSameTotals(
      Map<String, Long> before, Map<String, Long> after, Set<DataFile> written) {
    if (!before.equals(after)) {
      StagedFiles.delete(live, written);
      throw new IllegalStateException(
          "folding live.clicks_by_minute would change its totals from %s to %s: nothing was done"
              .formatted(before, after));
    }
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
