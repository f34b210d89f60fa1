package io.clickledger.batch.upkeep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.run.RollUpClicksJob;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publications;
import io.clickledger.programs.TryLaterException;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.RawClicks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Date;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Erases what raw.clicks has of users, in the days that no billing run judges again, and proves
 * that neither totals nor bills moved. Rows of open days stay until these are closed, because their
 * verdicts follow from who clicked. It may be killed at any point and run again.
 */
final class EraseUserJob {
  /** The columns that may say who clicked. */
  static final Set<String> PERSONAL =
      Set.of(
          RawClicks.USER_HASH,
          RawClicks.IP_HASH,
          RawClicks.IP_TRUNCATED,
          RawClicks.USER_AGENT,
          RawClicks.GEO_CITY,
          RawClicks.IMPRESSION_ID,
          RawClicks.CLICK_URL,
          RawClicks.OTHER_FIELDS);

  private static final String FILE = "_file";

  private final SparkSession spark;
  private final BatchSettings settings;
  private final Consumer<String> out;

  /**
   * @param out takes the proof, line by line
   */
  EraseUserJob(SparkSession spark, BatchSettings settings, Consumer<String> out) {
    this.spark = spark;
    this.settings = settings;
    this.out = out;
  }

  /** Whether rows are changed. */
  enum Mode {
    ERASE,
    DRY_RUN
  }

  /**
   * Rows of the users.
   *
   * @param erased those of closed days
   * @param left those of open days
   */
  record Outcome(long erased, long left) {}

  /** Erases, while neither upkeep nor a billing run changes files or the publication. */
  Outcome run(UserRows users, Mode mode) {
    try (AdvisoryLock upkeep = lock(UpkeepJob.LOCK, "upkeep of this lake is running");
        AdvisoryLock billing = lock(RollUpClicksJob.LOCK, "a billing run is in progress")) {
      Dataset<Row> clicks = spark.table(RawClicks.TABLE.toString());
      users.requireAllKeys(clicks);
      Instant end = closedBefore();
      Column isErased = users.contain().and(col(RawClicks.CLICKED_AT).lt(lit(end)));
      long all = clicks.where(users.contain()).count();
      long erased = clicks.where(isErased).count();
      out.accept(
          "clicks of the users: %d before %s, in days that stay as they are, and %d later, which stay until their days are closed"
              .formatted(erased, end, all - erased));
      if (mode == Mode.ERASE && erased > 0) {
        erase(isErased, upkeep);
        billing.requireHeld();
      }
      return new Outcome(erased, all - erased);
    }
  }

  private void erase(Column isErased, AdvisoryLock upkeep) {
    Column touched = touched(isErased);
    ErasureProof before = ErasureProof.of(spark, touched);
    out.accept("before: " + before);
    int files = rewrite(isErased, upkeep);
    ErasureProof after = ErasureProof.of(spark, touched);
    out.accept("after:  " + after);
    if (!after.equals(before)) {
      throw new IllegalStateException(
          "the erasure changed more than columns of people: stop billing runs, and compare raw.clicks with its snapshot of before");
    }
    long there = spark.table(RawClicks.TABLE.toString()).where(isErased).count();
    if (there > 0) {
      throw new IllegalStateException("%d rows were to be erased and are there".formatted(there));
    }
    out.accept(
        "erased in %d files; older snapshots of raw.clicks have the rows until they expire"
            .formatted(files));
  }

  /**
   * Up to where no billing run reads who clicked: closed days, but for the last of them, whose
   * clicks the rules of the first open day may look back at.
   */
  private Instant closedBefore() {
    return new Publications(LakeTables.load(spark, BillingPublications.TABLE))
        .current()
        .map(
            publication ->
                BillingRunDays.start(publication.closed().before()).minus(Duration.ofDays(1)))
        .orElse(Instant.EPOCH);
  }

  /** The days of landing in which rows are erased. */
  private Column touched(Column isErased) {
    List<Date> days = new ArrayList<>();
    spark
        .table(RawClicks.TABLE.toString())
        .where(isErased)
        .select(to_date(col(RawClicks.LANDED_AT)))
        .distinct()
        .collectAsList()
        .forEach(row -> days.add(row.getDate(0)));
    return days.stream()
        .map(Date::toLocalDate)
        .map(
            day ->
                col(RawClicks.LANDED_AT)
                    .geq(lit(BillingRunDays.start(day)))
                    .and(col(RawClicks.LANDED_AT).lt(lit(BillingRunDays.start(day.plusDays(1))))))
        .reduce(Column::or)
        .orElse(lit(false));
  }

  private int rewrite(Column isErased, AdvisoryLock upkeep) {
    Table table = LakeTables.load(spark, RawClicks.TABLE);
    List<FileGroups.Group> groups = groups(table, isErased);
    FileRewrite rewrite =
        new FileRewrite(
            spark,
            table,
            rows -> erased(rows, isErased),
            file -> Map.of("rows", file.recordCount()));
    for (FileGroups.Group group : groups) {
      upkeep.requireHeld();
      try {
        rewrite.write(group).commit();
      } catch (ValidationException | CommitFailedException e) {
        throw new TryLaterException(
            "something else changed files of raw.clicks at the same time: run it again", e);
      }
    }
    return groups.size();
  }

  private static Dataset<Row> erased(Dataset<Row> rows, Column isErased) {
    return rows.select(
            Stream.of(rows.columns())
                .map(
                    column ->
                        PERSONAL.contains(column)
                            ? when(isErased, lit(null)).otherwise(col(column)).as(column)
                            : col(column))
                .toArray(Column[]::new))
        .coalesce(1)
        .sortWithinPartitions(RawClicks.KAFKA_PARTITION, RawClicks.KAFKA_OFFSET);
  }

  /** Each file with a row to erase, by itself. */
  private List<FileGroups.Group> groups(Table table, Column isErased) {
    table.refresh();
    long snapshotId = table.currentSnapshot().snapshotId();
    Set<String> files = new HashSet<>();
    spark
        .table(RawClicks.TABLE.toString())
        .where(isErased)
        .select(FILE)
        .distinct()
        .collectAsList()
        .forEach(row -> files.add(row.getString(0)));
    List<FileGroups.Group> groups = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned =
        table.newScan().useSnapshot(snapshotId).planFiles()) {
      for (FileScanTask task : planned) {
        if (files.contains(task.file().location())) {
          groups.add(new FileGroups.Group(snapshotId, Instant.EPOCH, List.of(task)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("planning " + table.name(), e);
    }
    return groups;
  }

  private AdvisoryLock lock(String name, String otherwise) {
    return AdvisoryLock.take(CatalogDatabase.of(settings.lake()), name)
        .orElseThrow(() -> new TryLaterException(otherwise));
  }
}
