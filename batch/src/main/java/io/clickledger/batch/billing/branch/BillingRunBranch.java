package io.clickledger.batch.billing.branch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.PublishedTag;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.FraudClickIds;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.iceberg.spark.SparkWriteOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/**
 * The branch on which a billing run writes the final tables. It starts at the published snapshots:
 * main is reset first where a dead run moved it without publishing, and branches of dead runs are
 * dropped. Closing drops the branch.
 */
public final class BillingRunBranch implements AutoCloseable {
  /** The tables of a publication, in the order in which they are moved. */
  public static final List<TableName> TABLES = Publication.TABLES;

  private static final String PREFIX = "billing_run_";
  private static final String DISTRIBUTION = SparkWriteOptions.DISTRIBUTION_MODE;

  private final SparkSession spark;
  private final String name;
  private final Map<TableName, Long> published;
  private final Map<TableName, ReplacedDays> replaced = new HashMap<>();
  private final Map<TableName, Set<String>> updated = new HashMap<>();

  private BillingRunBranch(SparkSession spark, String name, Map<TableName, Long> published) {
    this.spark = spark;
    this.name = name;
    this.published = published;
  }

  /** Removes what dead runs left, and creates the branch of this run on every table. */
  public static BillingRunBranch open(
      SparkSession spark, Optional<Publication> previous, String runId) {
    Map<TableName, Long> published = new HashMap<>();
    for (TableName table : TABLES) {
      var iceberg = LakeTables.load(spark, table);
      for (String dead : TableRefs.startingWith(iceberg, PREFIX)) {
        TableRefs.drop(iceberg, dead);
      }
      long start =
          previous
              .map(publication -> publication.snapshotOf(table))
              .orElseGet(() -> TableRefs.creation(iceberg));
      TableRefs.resetMain(iceberg, start);
      TableRefs.create(iceberg, PREFIX + runId, start);
      published.put(table, start);
    }
    return new BillingRunBranch(spark, PREFIX + runId, published);
  }

  /**
   * Creates a branch as the run after a publication found the tables, and leaves main and the
   * branches of other runs as they are. Of fraud.click_ids, whose snapshots are kept for the next
   * run only, it has the rows of now.
   *
   * @param previous empty for the first run
   */
  public static BillingRunBranch asBefore(
      SparkSession spark, Optional<Publication> previous, String runId) {
    String branch = PREFIX + "again_" + runId;
    Map<TableName, Long> published = new HashMap<>();
    for (TableName table : TABLES) {
      var iceberg = LakeTables.load(spark, table);
      TableRefs.drop(iceberg, branch);
      long start =
          table.equals(FraudClickIds.TABLE)
              ? iceberg.currentSnapshot().snapshotId()
              : previous
                  .map(publication -> publication.snapshotOf(table))
                  .orElseGet(() -> TableRefs.creation(iceberg));
      TableRefs.create(iceberg, branch, start);
      published.put(table, start);
    }
    return new BillingRunBranch(spark, branch, published);
  }

  /** The rows of a table as they are on the branch. */
  public Dataset<Row> rows(TableName table) {
    return spark.table(onBranch(table));
  }

  /** The rows of a table as they are published. */
  public Dataset<Row> published(TableName table) {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, published.get(table))
        .table(table.toString());
  }

  /** The published quarter hours of the days. */
  public Dataset<Row> publishedQuarterHours(SortedSet<LocalDate> days) {
    return published(BillingClicksByQuarterHour.TABLE)
        .where(UtcDays.contain(days, BillingClicksByQuarterHour.QUARTER_HOUR));
  }

  /** The quarter hours of the days as they are on the branch. */
  public Dataset<Row> quarterHours(SortedSet<LocalDate> days) {
    return rows(BillingClicksByQuarterHour.TABLE)
        .where(UtcDays.contain(days, BillingClicksByQuarterHour.QUARTER_HOUR));
  }

  /** The rows of the days as they are on the branch. */
  public Dataset<Row> days(SortedSet<LocalDate> days) {
    return rows(BillingClicksByDay.TABLE).where(col(BillingClicksByDay.DAY).isInCollection(days));
  }

  /** The rows of the days as they are published. */
  public Dataset<Row> publishedDays(SortedSet<LocalDate> days) {
    return published(BillingClicksByDay.TABLE)
        .where(col(BillingClicksByDay.DAY).isInCollection(days));
  }

  /** The verdicts of the days as they are on the branch. */
  public Dataset<Row> verdicts(SortedSet<LocalDate> days) {
    return rows(FraudClickVerdicts.TABLE)
        .where(UtcDays.contain(days, FraudClickVerdicts.CLICKED_AT));
  }

  /** How many rows each table has on the branch. */
  public Map<TableName, Long> rows() {
    Map<TableName, Long> rows = new HashMap<>();
    for (TableName table : TABLES) {
      var iceberg = LakeTables.load(spark, table);
      Snapshot head = iceberg.snapshot(TableRefs.head(iceberg, name));
      // Deletes rewrite files (copy-on-write), so the record counts of the files are the numbers of
      // rows.
      rows.put(table, Long.valueOf(head.summary().get(SnapshotSummary.TOTAL_RECORDS_PROP)));
    }
    return rows;
  }

  /** Appends rows, columns by name, with few files however many partitions they are in. */
  public void append(TableName table, Dataset<Row> rows) {
    write(table, rows, writer -> writer.option(DISTRIBUTION, "hash").append());
  }

  /** Appends many rows without moving them: each task writes a file per partition. */
  public void appendInPlace(TableName table, Dataset<Row> rows) {
    write(table, rows, DataFrameWriterV2::append);
  }

  /**
   * Replaces the rows of the days in a table that is partitioned by them; a day without rows
   * becomes empty. Does nothing without days.
   *
   * @param time the table's column of time
   */
  public void replace(TableName table, String time, SortedSet<LocalDate> days, Dataset<Row> rows) {
    if (!days.isEmpty()) {
      replacing(table, time, UtcDays.runs(days));
      write(table, rows, writer -> writer.overwrite(UtcDays.contain(days, time)));
    }
  }

  /**
   * Replaces rows of local days in a table that is partitioned by them and never updated. Does
   * nothing without days.
   *
   * @param date the table's column of the day
   * @param rows the new rows
   * @param kept published rows of the days that stay
   */
  public void replaceDates(
      TableName table,
      String date,
      SortedSet<LocalDate> days,
      Dataset<Row> rows,
      Dataset<Row> kept) {
    if (!days.isEmpty()) {
      String[] columns = spark.table(onBranch(table)).columns();
      Dataset<Row> staying = kept.selectExpr(columns);
      replacing(table, date, UtcDays.runs(days)).keep(RowContent.of(staying, Set.of()));
      write(
          table,
          rows.selectExpr(columns).unionByName(staying),
          writer -> writer.option(DISTRIBUTION, "hash").overwrite(col(date).isInCollection(days)));
    }
  }

  /**
   * Replaces the rows of clicks_by_day of the days. It takes two statements, because a file holds
   * days of a whole month: an overwrite by condition replaces whole files only, while DELETE
   * rewrites files. Does nothing without days.
   */
  public void replaceDays(SortedSet<LocalDate> days, Dataset<Row> rows) {
    if (days.isEmpty()) {
      return;
    }
    replacing(BillingClicksByDay.TABLE, BillingClicksByDay.DAY, UtcDays.runs(days));
    spark.sql(
        days.stream()
            .map(day -> "DATE '" + day + "'")
            .collect(
                Collectors.joining(
                    ", ",
                    "DELETE FROM "
                        + onBranch(BillingClicksByDay.TABLE)
                        + " WHERE "
                        + BillingClicksByDay.DAY
                        + " IN (",
                    ")")));
    append(BillingClicksByDay.TABLE, rows);
  }

  /** Changes a column in rows of a table of few rows, to a value in SQL. */
  public void update(TableName table, String column, String value, String condition) {
    updated.computeIfAbsent(table, any -> new HashSet<>()).add(column);
    spark.sql(
        "UPDATE %s SET %s = %s WHERE %s".formatted(onBranch(table), column, value, condition));
  }

  /**
   * Deletes the rows of whole UTC days of a table that is partitioned by them.
   *
   * @param time the table's column of time
   * @param start of the first day that stays
   */
  public void deleteBefore(TableName table, String time, Instant start) {
    Column before = col(time).lt(lit(start));
    if (!rows(table).where(before).isEmpty()) {
      replacing(table, time, List.of(new UtcDays.Run(LocalDate.EPOCH, BillingRunDays.day(start))));
      write(table, rows(table).limit(0), writer -> writer.overwrite(before));
    }
  }

  private ReplacedDays replacing(TableName table, String time, List<UtcDays.Run> days) {
    ReplacedDays all = replaced.computeIfAbsent(table, any -> new ReplacedDays(time));
    all.add(days);
    return all;
  }

  /**
   * Whether the rows of earlier runs, but for those of days that were replaced or deleted, are on
   * the branch as they are published, but for columns that were updated.
   *
   * @param isOwn selects the rows that the run added to the table
   * @return what is wrong; empty where nothing is
   */
  public Optional<String> changeOfPublishedRows(TableName table, Column isOwn) {
    var iceberg = LakeTables.load(spark, table);
    return new PublishedRows(
            spark,
            iceberg,
            published.get(table),
            TableRefs.head(iceberg, name),
            Optional.ofNullable(replaced.get(table)),
            updated.getOrDefault(table, Set.of()))
        .fault(rows(table).where(isOwn).count(), isOwn);
  }

  /** A way to write rows. */
  private interface Write {
    void by(DataFrameWriterV2<Row> writer) throws NoSuchTableException;
  }

  private void write(TableName table, Dataset<Row> rows, Write write) {
    String branch = onBranch(table);
    try {
      write.by(rows.selectExpr(spark.table(branch).columns()).writeTo(branch));
    } catch (NoSuchTableException e) {
      throw new IllegalStateException("table " + table + " is gone", e);
    }
  }

  /** Moves main of every table to the branch, and says where they are then. */
  public Map<TableName, Long> fastForward() {
    Map<TableName, Long> heads = new HashMap<>();
    for (TableName table : TABLES) {
      var iceberg = LakeTables.load(spark, table);
      TableRefs.fastForward(iceberg, name);
      heads.put(table, TableRefs.head(iceberg, name));
    }
    return heads;
  }

  /** Keeps the snapshots of a publication against expiry. */
  public static void tag(SparkSession spark, long publicationId, Map<TableName, Long> snapshotIds) {
    Publication.FINAL_TABLES.forEach(
        table ->
            TableRefs.tag(
                LakeTables.load(spark, table),
                PublishedTag.of(publicationId),
                snapshotIds.get(table)));
  }

  @Override
  public void close() {
    for (TableName table : TABLES) {
      TableRefs.drop(LakeTables.load(spark, table), name);
    }
  }

  private String onBranch(TableName table) {
    return TableRefs.qualified(table.toString(), name);
  }
}
