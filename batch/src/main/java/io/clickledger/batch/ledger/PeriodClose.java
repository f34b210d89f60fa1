package io.clickledger.batch.ledger;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingPeriods;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** Closes billing periods on the branch of a run, after the run charged their days again. */
public final class PeriodClose {
  /** State of an adjustment whose booked_on is in a closed period. */
  static final String SETTLED = "SETTLED";

  private final SparkSession spark;
  private final BillingRunBranch branch;
  private final BillingTerms terms;
  private final Instant through;
  private final String runId;

  /**
   * @param through the end of a period must not be after it
   */
  public PeriodClose(
      SparkSession spark,
      BillingRunBranch branch,
      BillingTerms terms,
      Instant through,
      String runId) {
    this.spark = spark;
    this.branch = branch;
    this.terms = terms;
    this.through = through;
    this.runId = runId;
  }

  /**
   * Closes a month, where it is not closed yet.
   *
   * @param advertiserId whose; empty for every advertiser
   * @return whose periods were closed
   * @throws RefusedException where a local month is not over and final
   */
  public SortedSet<String> close(YearMonth month, Optional<String> advertiserId, Instant now) {
    if (advertiserId.filter(id -> !terms.advertiserIds().contains(id)).isPresent()) {
      throw new RefusedException("there is no advertiser " + advertiserId.get());
    }
    ClosedPeriods closed = ClosedPeriods.of(branch.rows(BillingPeriods.TABLE));
    SortedSet<String> closing =
        new TreeSet<>(advertiserId.map(id -> Set.of(id)).orElseGet(terms::advertiserIds));
    closing.removeIf(id -> closed.contain(id, month.atDay(1)));
    List<Row> rows = new ArrayList<>();
    closing.forEach(id -> rows.add(closed(id, month, now)));
    if (!rows.isEmpty()) {
      branch.append(
          BillingPeriods.TABLE,
          spark.createDataFrame(rows, branch.rows(BillingPeriods.TABLE).schema()));
      settle(closing, month);
    }
    return closing;
  }

  /**
   * Closes for advertisers that are new what is closed for all that were known before: statements
   * of these months are final, so that their clicks of these months become adjustments.
   *
   * @param known the advertisers that were known before
   */
  void closeForNew(Set<String> known) {
    Set<String> added = new TreeSet<>(terms.advertiserIds());
    added.removeAll(known);
    if (added.isEmpty()) {
      return;
    }
    Map<LocalDate, Set<String>> closedFor = new TreeMap<>();
    Map<LocalDate, Instant> closedAt = new TreeMap<>();
    Dataset<Row> periods = branch.rows(BillingPeriods.TABLE);
    for (Row row : periods.collectAsList()) {
      LocalDate month = row.<Date>getAs(BillingPeriods.MONTH).toLocalDate();
      closedFor
          .computeIfAbsent(month, any -> new TreeSet<>())
          .add(row.getAs(BillingPeriods.ADVERTISER_ID));
      closedAt.merge(
          month,
          row.<Timestamp>getAs(BillingPeriods.CLOSED_AT).toInstant(),
          (one, other) -> one.isAfter(other) ? one : other);
    }
    closedFor.values().removeIf(ids -> !ids.containsAll(known));
    List<Row> rows = new ArrayList<>();
    closedFor
        .keySet()
        .forEach(
            month ->
                added.forEach(id -> rows.add(row(id, YearMonth.from(month), closedAt.get(month)))));
    if (!rows.isEmpty()) {
      branch.append(BillingPeriods.TABLE, spark.createDataFrame(rows, periods.schema()));
    }
  }

  private Row closed(String advertiserId, YearMonth month, Instant now) {
    Instant end = terms.endOfMonth(advertiserId, month);
    if (end.isAfter(through)) {
      throw new RefusedException(
          "%s of advertiser %s ends at %s, and clicks are final through %s"
              .formatted(month, advertiserId, end, through));
    }
    return row(advertiserId, month, now);
  }

  private Row row(String advertiserId, YearMonth month, Instant closedAt) {
    LocalDate next = month.plusMonths(1).atDay(1);
    ZoneId zone = terms.zone(advertiserId, next.atStartOfDay(ZoneOffset.UTC).toInstant());
    return RowFactory.create(advertiserId, month.atDay(1), zone.getId(), closedAt, runId);
  }

  /** Adjustments that are booked in the period are settled by it. */
  private void settle(SortedSet<String> advertiserIds, YearMonth month) {
    String ids =
        advertiserIds.stream()
            .map(id -> "'" + id.replace("\\", "\\\\").replace("'", "\\'") + "'")
            .collect(Collectors.joining(", "));
    branch.update(
        BillingAdjustments.TABLE,
        BillingAdjustments.STATE,
        "'%s'".formatted(SETTLED),
        "booked_on >= DATE '%s' AND booked_on < DATE '%s' AND advertiser_id IN (%s)"
            .formatted(month.atDay(1), month.plusMonths(1).atDay(1), ids));
  }
}
