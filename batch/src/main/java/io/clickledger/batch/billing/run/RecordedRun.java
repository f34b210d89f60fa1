package io.clickledger.batch.billing.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.InputVersions;
import io.clickledger.batch.billing.input.RawClicksRead;
import io.clickledger.batch.billing.rollup.BillingRunRecord;
import io.clickledger.batch.ledger.ClickVoid.NamedClick;
import io.clickledger.lake.publish.Publication;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.TableName;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A run that was published: what it read and did, out of billing.runs and the tables that it wrote.
 */
record RecordedRun(
    SparkSession spark, Publication published, Optional<Publication> previous, Row row) {

  /**
   * The run.
   *
   * @param publications all of them
   * @throws RefusedException where it published nothing
   */
  static RecordedRun read(SparkSession spark, List<Publication> publications, String runId) {
    Publication published =
        publications.stream()
            .filter(publication -> publication.runId().equals(runId))
            .findFirst()
            .orElseThrow(
                () ->
                    new RefusedException(
                        "billing.publications has no publication of run " + runId));
    Row row =
        spark
            .table(BillingRuns.TABLE.toString())
            .where(col(BillingRuns.RUN_ID).equalTo(runId))
            .collectAsList()
            .stream()
            .findFirst()
            .orElseThrow(() -> new RefusedException("billing.runs does not have run " + runId));
    return new RecordedRun(
        spark,
        published,
        publications.stream()
            .filter(
                publication ->
                    published.previousPublicationId().isPresent()
                        && publication.publicationId()
                            == published.previousPublicationId().getAsLong())
            .findFirst(),
        row);
  }

  String runId() {
    return published.runId();
  }

  Instant startedAt() {
    return row.<Timestamp>getAs(BillingRuns.STARTED_AT).toInstant();
  }

  InputVersions versions() {
    return BillingRunRecord.read(spark, List.of(runId())).get(runId()).versions();
  }

  /**
   * The clicks that it read.
   *
   * @param snapshotId of raw.clicks: a later one has them too, as long as they are kept
   */
  RawClicksRead raw(long snapshotId) {
    return new RawClicksRead(
        spark,
        snapshotId,
        row.getAs(BillingRuns.TOPIC_ID),
        row.getJavaMap(row.fieldIndex(BillingRuns.RAW_OFFSETS)),
        row.<Timestamp>getAs(BillingRuns.LANDED_THROUGH).toInstant());
  }

  /** The days that it computed. */
  BillingRunDays days() {
    SortedSet<LocalDate> added = dates(BillingRuns.ADDED_DAYS);
    SortedSet<LocalDate> inFull = dates(BillingRuns.DAYS);
    inFull.removeAll(added);
    return new BillingRunDays(
        inFull, added, previous.map(Publication::through), published.through());
  }

  private SortedSet<LocalDate> dates(String column) {
    SortedSet<LocalDate> dates = new TreeSet<>();
    row.<Date>getList(row.fieldIndex(column)).forEach(date -> dates.add(date.toLocalDate()));
    return dates;
  }

  /** What it did beside making days final. */
  BillingTask task() {
    String job = row.getAs(BillingRuns.JOB);
    return switch (job) {
      case BillingTask.CLOSE_PERIOD -> closePeriod();
      case BillingTask.VOID_CLICKS -> voidClicks();
      default -> new BillingTask.MakeFinal();
    };
  }

  private BillingTask closePeriod() {
    List<Row> closed =
        ofRun(BillingPeriods.TABLE)
            .where(col(BillingPeriods.CLOSED_AT).equalTo(lit(startedAt())))
            .collectAsList();
    if (closed.isEmpty()) {
      return new BillingTask.MakeFinal();
    }
    YearMonth month = YearMonth.from(closed.get(0).<Date>getAs(BillingPeriods.MONTH).toLocalDate());
    return new BillingTask.ClosePeriod(
        month,
        closed.size() == 1
            ? Optional.of(closed.get(0).getAs(BillingPeriods.ADVERTISER_ID))
            : Optional.empty());
  }

  private BillingTask voidClicks() {
    List<Row> voided = ofRun(BillingVoidedClicks.TABLE).collectAsList();
    if (voided.isEmpty()) {
      return new BillingTask.MakeFinal();
    }
    SortedSet<NamedClick> clicks = new TreeSet<>();
    voided.forEach(
        click ->
            clicks.add(
                new NamedClick(
                    click.getAs(BillingVoidedClicks.CLICK_ID),
                    Optional.of(
                        click.<Timestamp>getAs(BillingVoidedClicks.CLICKED_AT).toInstant()))));
    return new BillingTask.VoidClicks(
        clicks,
        voided.get(0).getAs(BillingVoidedClicks.REASON),
        voided.get(0).getAs(BillingVoidedClicks.VOIDED_BY));
  }

  private Dataset<Row> ofRun(TableName table) {
    return published(table).where(col(BillingRuns.RUN_ID).equalTo(runId()));
  }

  /** The rows of a table as the run published them. */
  Dataset<Row> published(TableName table) {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, published.snapshotOf(table))
        .table(table.toString());
  }
}
