package io.clickledger.batch.upkeep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.to_date;

import io.clickledger.batch.billing.run.RollUpClicksJob;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.commit.RecordFiles;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.spark.Measures;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/**
 * Merges partials of live.clicks_by_minute that landed in ended hours and days: one row for each
 * grain and landing day instead of one for each landing. Sums over all partials stay the same. So
 * do sums over the partials that landed after a publication: partials are merged only on one side
 * of the current publication's landed_through, and the commit is made while no billing run is
 * active.
 */
final class LiveFold {
  private final SparkSession spark;
  private final Table live;
  private final Publications publications;
  private final DataSource locks;
  private final Fold fold;

  /**
   * @param locks where the lock of the billing runs is
   * @param fold {@link #foldedRows}
   */
  LiveFold(SparkSession spark, Table live, Publications publications, DataSource locks, Fold fold) {
    this.spark = spark;
    this.live = live;
    this.publications = publications;
    this.locks = locks;
    this.fold = fold;
  }

  /** Merges partials; those that landed up to the instant are published. */
  @FunctionalInterface
  interface Fold {
    Dataset<Row> rows(Dataset<Row> partials, Instant landedThrough);
  }

  /** What became of it. */
  record Outcome(int before, int after, Optional<String> stopped) {
    @Override
    public String toString() {
      return "live folded: %d files became %d%s"
          .formatted(before, after, stopped.map(why -> "; " + why).orElse(""));
    }
  }

  /** Folds what landed in hours and days that ended before the instant, where it is worth it. */
  Outcome fold(Instant endedBefore) {
    int before = 0;
    int after = 0;
    for (FileGroups.Group group : FileGroups.of(live, LiveClicksByMinute.LANDED_AT, endedBefore)) {
      Optional<Publication> publication = publications.current();
      FileRewrite.Written written =
          new FileRewrite(spark, live, partials -> folded(partials, group, publication), this::sums)
              .write(group);
      Optional<String> refused = commit(written, publication);
      if (refused.isPresent()) {
        return new Outcome(before, after, refused);
      }
      before += group.tasks().size();
      after += written.size();
    }
    return new Outcome(before, after, Optional.empty());
  }

  private Dataset<Row> folded(
      Dataset<Row> partials, FileGroups.Group group, Optional<Publication> publication) {
    Dataset<Row> rows =
        fold.rows(partials, publication.map(Publication::landedThrough).orElse(Instant.EPOCH))
            .select(
                live.schema().columns().stream()
                    .map(column -> col(column.name()))
                    .toArray(Column[]::new));
    int files = group.filesAfter();
    return (files == 1
            ? rows.coalesce(1)
            : rows.repartitionByRange(files, col(LiveClicksByMinute.MINUTE)))
        .sortWithinPartitions(LiveClicksByMinute.MINUTE);
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
                    col(LiveClicksByMinute.ON_TIME),
                    landedAt.gt(lit(landedThrough)),
                    to_date(landedAt)),
                ClickDimensions.ALL.stream().map(functions::col))
            .toArray(Column[]::new);
    return Measures.sumOf(
        partials.withColumn(
            LiveClicksByMinute.LANDED_AT, max(landedAt).over(Window.partitionBy(together))),
        col(LiveClicksByMinute.MINUTE),
        landedAt,
        col(LiveClicksByMinute.ON_TIME));
  }

  /**
   * The lock of billing runs is held for the commit only. A run that pins its input afterwards
   * reads the merged rows; while a run is active, or after it has published, the merge is not
   * committed.
   *
   * @return why it was not done; empty where it was
   */
  private Optional<String> commit(FileRewrite.Written written, Optional<Publication> foldedUpon) {
    Optional<AdvisoryLock> noNight = AdvisoryLock.take(locks, RollUpClicksJob.LOCK);
    if (noNight.isEmpty()) {
      written.discard();
      return Optional.of("a billing run is in progress, the rest waits for its end");
    }
    try (AdvisoryLock lock = noNight.get()) {
      if (!publications.current().equals(foldedUpon)) {
        written.discard();
        return Optional.of("a billing run published meanwhile, the rest waits for the next time");
      }
      lock.requireHeld();
      written.commit();
      return Optional.empty();
    } catch (ValidationException | CommitFailedException e) {
      return Optional.of("live changed meanwhile, the rest waits for the next time: " + e);
    }
  }

  /** Sums of the measures of one file, read without Spark. */
  private Map<String, Long> sums(DataFile file) {
    Map<String, Long> sums = new TreeMap<>();
    RecordFiles.read(
        live,
        file,
        ClickMeasures.SUMS,
        row ->
            ClickMeasures.SUMS.forEach(
                measure -> sums.merge(measure, (Long) row.getField(measure), Math::addExact)));
    return sums;
  }
}
