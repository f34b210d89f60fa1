package io.clickledger.batch.documents.books;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.batch.documents.content.LineKind;
import io.clickledger.lake.publish.Publication;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.TableName;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The books of a month as one publication has them. Every read is of the publication's snapshots,
 * so that the parts of a document fit together while billing runs go on.
 */
public final class PublishedBooks {
  /** The published tables that documents are made of. */
  public static final List<TableName> TABLES =
      List.of(
          BillingLedger.TABLE,
          BillingAdjustments.TABLE,
          BillingUnchargedClicks.TABLE,
          BillingPeriods.TABLE,
          BillingVoidedClicks.TABLE);

  /** Whose row it is: the advertiser or the publisher of a document. */
  public static final String PARTY = "party";

  public static final String KIND = "line_kind";
  public static final String CORRECTS = "corrects";
  public static final String CLICKS = "line_clicks";
  public static final String MICROS = "line_micros";
  public static final String DEBITS = "debits";
  public static final String CREDITS = "credits";
  public static final String FIRST_DAY = "first_day";
  public static final String LAST_DAY = "last_day";
  public static final String RUN_IDS = "run_ids";
  public static final String CAUSES = "line_causes";
  public static final String ID = "id";
  public static final String NAME = "latest_name";
  public static final String ZONE = "latest_zone";

  private final SparkSession spark;
  private final Publication publication;
  private final DocumentKind kind;
  private final YearMonth month;
  private Map<String, Long> refSnapshotIds;

  /**
   * @throws RefusedException where the publication was made before there was a ledger
   */
  public PublishedBooks(
      SparkSession spark, Publication publication, DocumentKind kind, YearMonth month) {
    if (!publication.finalSnapshotIds().keySet().containsAll(TABLES)) {
      throw new RefusedException(
          "publication %d has no ledger: it was made before clicks were charged"
              .formatted(publication.publicationId()));
    }
    this.spark = spark;
    this.publication = publication;
    this.kind = kind;
    this.month = month;
  }

  /** What is read. */
  public Publication publication() {
    return publication;
  }

  /** Sums of the party's account for each line: party, campaign, currency, and which side. */
  public Dataset<Row> ledgerLines() {
    Column owed = isOwed();
    return ledger()
        .where(isOfAccount())
        .groupBy(
            party(),
            col(BillingLedger.ADVERTISER_ID),
            col(BillingLedger.CAMPAIGN_ID),
            col(BillingLedger.CURRENCY),
            when(owed, LineKind.CHARGE.name()).otherwise(LineKind.OVER_DELIVERY.name()).as(KIND))
        .agg(sum(BillingLedger.VALID_CLICKS).as(CLICKS), sum(signed()).as(MICROS));
  }

  /** The same of the adjustments, for each causes and corrected month. */
  public Dataset<Row> adjustmentLines() {
    return adjustments()
        .where(isOfAccount())
        .groupBy(
            party(),
            col(BillingLedger.ADVERTISER_ID),
            col(BillingLedger.CAMPAIGN_ID),
            col(BillingLedger.CURRENCY),
            concat_ws(", ", array_sort(col(BillingAdjustments.CAUSES))).as(CAUSES),
            date_format(col(BillingAdjustments.BILLING_DAY), "yyyy-MM").as(CORRECTS))
        .agg(sum(BillingAdjustments.CLICKS).as(CLICKS), sum(signed()).as(MICROS));
  }

  /** What the lines must tie out with: balances by party and currency, which know no line. */
  public Dataset<Row> ledgerBalances() {
    return balances(ledger(), BillingLedger.BILLING_DAY);
  }

  /** The same of the adjustments. */
  public Dataset<Row> adjustmentBalances() {
    return balances(adjustments(), BillingAdjustments.BOOKED_ON);
  }

  private Dataset<Row> balances(Dataset<Row> rows, String day) {
    return rows.groupBy(party(), col(BillingLedger.CURRENCY))
        .agg(
            sum(when(isOfAccount(), signed()).otherwise(lit(0L))).as(MICROS),
            sum(BillingLedger.DEBIT_MICROS).as(DEBITS),
            sum(BillingLedger.CREDIT_MICROS).as(CREDITS),
            min(day).as(FIRST_DAY),
            max(day).as(LAST_DAY),
            collect_set(BillingLedger.RUN_ID).as(RUN_IDS));
  }

  /** Valid clicks that are not charged, by party, campaign and reason. */
  public Dataset<Row> unchargedClicks() {
    return monthOf(table(BillingUnchargedClicks.TABLE), BillingUnchargedClicks.BILLING_DAY)
        .groupBy(
            party(),
            col(BillingUnchargedClicks.ADVERTISER_ID),
            col(BillingUnchargedClicks.CAMPAIGN_ID),
            col(BillingUnchargedClicks.CURRENCY),
            col(BillingUnchargedClicks.REASON))
        .agg(
            sum(BillingUnchargedClicks.VALID_CLICKS).as(CLICKS),
            sum(BillingUnchargedClicks.COST_MICROS).as(MICROS));
  }

  /**
   * The names of entities, and whatever else of them is asked for, as they were at month's end. Of
   * those that are known only since, their first ones: they may have clicks of the month.
   */
  public Dataset<Row> latest(TableName table, String idColumn, Map<String, String> columns) {
    Column version = struct(RefAdvertisers.VALID_FROM, RefAdvertisers.VERSION_ID);
    Column end = lit(month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    Column known = when(col(RefAdvertisers.VALID_FROM).lt(end), version);
    Column[] latest =
        columns.entrySet().stream()
            .map(
                column ->
                    coalesce(
                            max_by(col(column.getKey()), known),
                            min_by(col(column.getKey()), version))
                        .as(column.getValue()))
            .toArray(Column[]::new);
    return reference(table)
        .groupBy(col(idColumn).as(ID))
        .agg(latest[0], Arrays.copyOfRange(latest, 1, latest.length));
  }

  /** The advertisers that the publication's run knew. */
  public Set<String> advertiserIds() {
    return Set.copyOf(
        reference(RefAdvertisers.TABLE)
            .select(RefAdvertisers.ADVERTISER_ID)
            .distinct()
            .as(Encoders.STRING())
            .collectAsList());
  }

  /** Versions of metadata, as the publication's run read them. */
  public Dataset<Row> reference(TableName table) {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, refSnapshotIds().get(table.toString()))
        .table(table.toString());
  }

  /** The snapshots of ref.* that the publication's run took prices and names from. */
  private Map<String, Long> refSnapshotIds() {
    if (refSnapshotIds == null) {
      List<Row> runs =
          spark
              .table(BillingRuns.TABLE.toString())
              .where(col(BillingRuns.RUN_ID).equalTo(publication.runId()))
              .select(col(BillingRuns.REF_SNAPSHOT_IDS))
              .collectAsList();
      if (runs.size() != 1) {
        throw new IllegalStateException(
            "%s must have run %s of publication %d once, has it %d times"
                .formatted(
                    BillingRuns.TABLE,
                    publication.runId(),
                    publication.publicationId(),
                    runs.size()));
      }
      refSnapshotIds = runs.get(0).<String, Long>getJavaMap(0);
    }
    return refSnapshotIds;
  }

  /** A published table. */
  public Dataset<Row> table(TableName table) {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, publication.snapshotOf(table))
        .table(table.toString());
  }

  private Dataset<Row> ledger() {
    return monthOf(table(BillingLedger.TABLE), BillingLedger.BILLING_DAY);
  }

  private Dataset<Row> adjustments() {
    return monthOf(table(BillingAdjustments.TABLE), BillingAdjustments.BOOKED_ON);
  }

  private Dataset<Row> monthOf(Dataset<Row> rows, String day) {
    return rows.where(
        col(day).geq(lit(firstDay())).and(col(day).lt(lit(month.plusMonths(1).atDay(1)))));
  }

  private LocalDate firstDay() {
    return month.atDay(1);
  }

  private Column party() {
    return col(kind == DocumentKind.INVOICE
            ? BillingLedger.ADVERTISER_ID
            : BillingLedger.PUBLISHER_ID)
        .as(PARTY);
  }

  private Column isOfAccount() {
    return col(BillingLedger.ACCOUNT)
        .equalTo(kind == DocumentKind.INVOICE ? "ADVERTISER_RECEIVABLE" : "PUBLISHER_PAYABLE");
  }

  /** What is owed: by an advertiser, it is debited; to a publisher, credited. */
  private Column signed() {
    Column debits = col(BillingLedger.DEBIT_MICROS);
    Column credits = col(BillingLedger.CREDIT_MICROS);
    return kind == DocumentKind.INVOICE ? debits.minus(credits) : credits.minus(debits);
  }

  private Column isOwed() {
    return col(kind == DocumentKind.INVOICE
            ? BillingLedger.CREDIT_MICROS
            : BillingLedger.DEBIT_MICROS)
        .equalTo(0L);
  }
}
