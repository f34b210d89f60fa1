package io.clickledger.batch.audit.books;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.trunc;

import io.clickledger.batch.audit.offsets.Findings;
import io.clickledger.batch.audit.offsets.Findings.Kind;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.TableName;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Checks that each closed period is in the current publication as the one that closed it has it:
 * its entries, and the adjustments that were settled with it.
 */
public final class ClosedPeriodsCheck {
  private static final String OWNER = "owner";
  private static final String PERIOD = "period";
  private static final String KIND = "kind_of_finding";

  private final SparkSession spark;
  private final List<Publication> publications;
  private final Publication current;
  private final Findings findings;

  /**
   * @param publications all of them, in order, at least one
   */
  public ClosedPeriodsCheck(SparkSession spark, List<Publication> publications, Findings findings) {
    this.spark = spark;
    this.publications = publications;
    this.current = publications.get(publications.size() - 1);
    this.findings = findings;
  }

  /** Adds a finding for each row that changed. Returns how many periods are closed. */
  public long check() {
    Dataset<Row> periods = table(current, BillingPeriods.TABLE);
    SortedSet<String> runs = new TreeSet<>();
    long closed = 0;
    for (Row row : periods.groupBy(BillingPeriods.RUN_ID).count().collectAsList()) {
      runs.add(row.getString(0));
      closed += row.getLong(1);
    }
    for (String run : runs) {
      publications.stream()
          .filter(publication -> publication.runId().equals(run))
          .findFirst()
          .ifPresentOrElse(
              closing -> check(closing, periods.where(col(BillingPeriods.RUN_ID).equalTo(run))),
              () ->
                  findings.add(
                      Kind.CLOSED_CHANGED,
                      "billing.periods has periods of run %s, which published nothing"
                          .formatted(run)));
    }
    return closed;
  }

  private void check(Publication closing, Dataset<Row> periods) {
    if (closing.publicationId() == current.publicationId()) {
      return;
    }
    Dataset<Row> wanted =
        broadcast(
            periods.select(
                col(BillingPeriods.ADVERTISER_ID).as(OWNER), col(BillingPeriods.MONTH).as(PERIOD)));
    compare(closing, BillingPeriods.TABLE, BillingPeriods.MONTH, wanted);
    compare(closing, BillingLedger.TABLE, BillingLedger.BILLING_DAY, wanted);
    compare(closing, BillingAdjustments.TABLE, BillingAdjustments.BOOKED_ON, wanted);
  }

  private void compare(Publication closing, TableName name, String day, Dataset<Row> wanted) {
    if (!isThere(closing, name)) {
      return;
    }
    Dataset<Row> before = of(table(closing, name), day, wanted);
    Dataset<Row> now = of(table(current, name), day, wanted);
    add(
        before.exceptAll(now),
        name,
        "publication %d has it, which closed the period, and the current one has not: %s",
        closing);
    add(
        now.exceptAll(before),
        name,
        "publication %d, which closed the period, does not have: %s",
        closing);
  }

  /** A snapshot that is gone is found elsewhere. */
  private boolean isThere(Publication publication, TableName name) {
    return LakeTables.load(spark, name).snapshot(publication.snapshotOf(name)) != null;
  }

  private void add(Dataset<Row> rows, TableName name, String sentence, Publication closing) {
    findings.add(
        rows.withColumn(KIND, lit(Kind.CLOSED_CHANGED.name())),
        KIND,
        row -> name + ": " + sentence.formatted(closing.publicationId(), text(row)),
        col(BillingLedger.ADVERTISER_ID));
  }

  private static String text(Row row) {
    StringBuilder text = new StringBuilder();
    String[] names = row.schema().fieldNames();
    for (int i = 0; i < names.length && !names[i].equals(KIND); i++) {
      text.append(i == 0 ? "" : ", ").append(names[i]).append(" ").append(row.get(i));
    }
    return text.toString();
  }

  private static Dataset<Row> of(Dataset<Row> rows, String day, Dataset<Row> wanted) {
    Column isWanted =
        col(BillingLedger.ADVERTISER_ID)
            .equalTo(col(OWNER))
            .and(trunc(col(day), "month").equalTo(col(PERIOD)));
    return rows.join(wanted, isWanted, "left_semi");
  }

  private Dataset<Row> table(Publication publication, TableName name) {
    return PublishedTables.at(spark, name, publication.snapshotOf(name));
  }
}
