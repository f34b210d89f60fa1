package io.clickledger.batch.documents;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.documents.books.PublishedBooks;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/** Writes entries as ChargeClicks does, and publishes them. */
final class TestBooks {
  private final SparkSession spark;
  private final List<Row> entries = new ArrayList<>();
  private final List<Row> adjustments = new ArrayList<>();
  private final List<Row> uncharged = new ArrayList<>();
  private final List<Row> periods = new ArrayList<>();
  private final List<Row> voided = new ArrayList<>();
  private String runId = "run-1";

  TestBooks(SparkSession spark) {
    this.spark = spark;
  }

  /** Of whom, for what, in which currency. */
  record Grain(String advertiserId, String campaignId, String publisherId, String currency) {}

  /** Valid clicks, and what of their cost is the publisher's. */
  void charge(String day, Grain grain, long clicks, long costMicros, long payableMicros) {
    entry(day, grain, "ADVERTISER_RECEIVABLE", costMicros, 0, clicks);
    entry(day, grain, "PUBLISHER_PAYABLE", 0, payableMicros, clicks);
    entry(day, grain, "PLATFORM_REVENUE", 0, costMicros - payableMicros, clicks);
  }

  /** Clicks of them past a budget. */
  void overDeliver(String day, Grain grain, long clicks, long costMicros) {
    entry(day, grain, "OVER_DELIVERY", costMicros, 0, clicks);
    entry(day, grain, "ADVERTISER_RECEIVABLE", 0, costMicros, clicks);
  }

  void entry(String day, Grain grain, String account, long debit, long credit, long clicks) {
    entries.add(
        RowFactory.create(
            LocalDate.parse(day),
            grain.advertiserId(),
            grain.campaignId(),
            grain.publisherId(),
            account,
            debit,
            credit,
            grain.currency(),
            clicks,
            day + grain + account + (debit > 0),
            runId));
  }

  /** Changes what was charged, positive for more. */
  void adjust(
      String day,
      String bookedOn,
      Grain grain,
      String cause,
      long clicks,
      long costMicros,
      long payableMicros) {
    adjustment(day, bookedOn, grain, "ADVERTISER_RECEIVABLE", cause, clicks, costMicros);
    adjustment(day, bookedOn, grain, "PUBLISHER_PAYABLE", cause, clicks, -payableMicros);
    adjustment(day, bookedOn, grain, "PLATFORM_REVENUE", cause, clicks, payableMicros - costMicros);
  }

  private void adjustment(
      String day,
      String bookedOn,
      Grain grain,
      String account,
      String cause,
      long clicks,
      long net) {
    adjustments.add(
        RowFactory.create(
            day + bookedOn + grain + account + cause,
            LocalDate.parse(day),
            LocalDate.parse(bookedOn),
            grain.advertiserId(),
            grain.campaignId(),
            grain.publisherId(),
            account,
            new String[] {cause},
            Math.max(net, 0),
            Math.max(-net, 0),
            grain.currency(),
            clicks,
            "OPEN",
            runId));
  }

  void leaveUncharged(String day, Grain grain, String reason, long clicks, long costMicros) {
    uncharged.add(
        RowFactory.create(
            LocalDate.parse(day),
            grain.advertiserId(),
            grain.campaignId(),
            grain.publisherId(),
            reason,
            clicks,
            costMicros,
            grain.currency(),
            runId));
  }

  void close(String advertiserId, String month, Instant at) {
    close(advertiserId, month, at, runId);
  }

  void close(String advertiserId, String month, Instant at, String run) {
    periods.add(RowFactory.create(advertiserId, YearMonth.parse(month).atDay(1), "UTC", at, run));
  }

  void voidClick(String clickId, String clickedAt, Grain grain, long priceMicros, String reason) {
    voided.add(
        RowFactory.create(
            clickId,
            Instant.parse(clickedAt),
            grain.advertiserId(),
            grain.campaignId(),
            grain.publisherId(),
            priceMicros,
            grain.currency(),
            reason,
            "finance",
            Instant.parse(clickedAt),
            runId));
  }

  /** Writes all that was booked, and lets readers follow. The next rows are of another run. */
  Publication publish(Instant through) {
    write();
    String run = BillingRuns.TABLE.toString();
    Publications publications = new Publications(LakeTables.load(spark, BillingPublications.TABLE));
    Publication before = publications.current().orElseThrow();
    append(
        run,
        spark
            .table(run)
            .where(col(BillingRuns.RUN_ID).equalTo(before.runId()))
            .withColumn(BillingRuns.RUN_ID, lit(runId))
            .collectAsList());
    Map<TableName, Long> snapshotIds = new TreeMap<>(before.finalSnapshotIds());
    PublishedBooks.TABLES.forEach(
        table ->
            snapshotIds.put(table, LakeTables.load(spark, table).currentSnapshot().snapshotId()));
    Publication next =
        new Publication(
            before.publicationId() + 1,
            through.plusSeconds(7200),
            runId,
            through,
            snapshotIds,
            before.liveSnapshotId(),
            before.rawOffsets(),
            before.landedThrough(),
            List.of(),
            before.closed(),
            before.totals());
    publications.append(OptionalLong.of(before.publicationId()), next);
    runId = "run-" + next.publicationId();
    return next;
  }

  /** Writes all that was booked, without publishing it. */
  void write() {
    append(BillingLedger.TABLE.toString(), entries);
    append(BillingAdjustments.TABLE.toString(), adjustments);
    append(BillingUnchargedClicks.TABLE.toString(), uncharged);
    append(BillingPeriods.TABLE.toString(), periods);
    append(BillingVoidedClicks.TABLE.toString(), voided);
    List.of(entries, adjustments, uncharged, periods, voided).forEach(List::clear);
  }

  private void append(String table, List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    try {
      spark.createDataFrame(List.copyOf(rows), spark.table(table).schema()).writeTo(table).append();
    } catch (NoSuchTableException e) {
      throw new IllegalStateException(e);
    }
  }
}
