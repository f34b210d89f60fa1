package io.clickledger.batch.reconcile;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.lake.publish.Publication;
import io.clickledger.schemas.AuditReconciliation;
import io.clickledger.schemas.BillingRuns;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Differences between live and final in audit.reconciliation that have no cause, and that nobody
 * accepted: no period with such hours is closed. A run that was stopped leaves them behind; they
 * are open unless the run that made the day final compared it again.
 */
public final class OpenDifferences {
  private static final int MAX_NAMED = 10;
  private static final String AMOUNT = "amount";

  private final SparkSession spark;
  private final List<Publication> publications;
  private final Duration keepLive;

  /**
   * @param publications all of them, in order
   * @param keepLive for how long live keeps a landing
   */
  public OpenDifferences(SparkSession spark, List<Publication> publications, Duration keepLive) {
    this.spark = spark;
    this.publications = List.copyOf(publications);
    this.keepLive = keepLive;
  }

  /** What one run found of a measure of a campaign on a day. */
  private record Difference(
      String runId,
      LocalDate day,
      String campaignId,
      String measure,
      String currency,
      long difference,
      long amount,
      Instant at) {
    static Difference of(Row row) {
      return new Difference(
          row.getAs(AuditReconciliation.RUN_ID),
          row.<Date>getAs(AuditReconciliation.DAY).toLocalDate(),
          row.getAs(AuditReconciliation.CAMPAIGN_ID),
          row.getAs(AuditReconciliation.MEASURE),
          row.getAs(AuditReconciliation.CURRENCY),
          row.<Long>getAs(AuditReconciliation.DIFFERENCE),
          row.<Long>getAs(AMOUNT),
          row.<Timestamp>getAs(AuditReconciliation.RECONCILED_AT).toInstant());
    }

    @Override
    public String toString() {
      return "%s campaign %s %s %+d%s"
          .formatted(day, campaignId, measure, difference, currency == null ? "" : " " + currency);
    }
  }

  /**
   * Every difference of these hours has a cause, or a person has accepted it.
   *
   * @param from the first instant of the period
   * @param to its end
   * @param accepted the sum of all differences that an operator accepts
   */
  public QualityMetric check(Instant from, Instant to, long accepted) {
    List<Difference> open = open(from, to);
    long amount = open.stream().mapToLong(Difference::amount).reduce(0, Math::addExact);
    boolean holds = amount == 0 || amount == accepted;
    return new QualityMetric(
        AuditReconciliation.TABLE,
        "Reconciliation",
        "a period is closed without unexplained differences",
        OptionalDouble.of(amount),
        holds ? QualityMetric.Status.SUCCESS : QualityMetric.Status.ERROR,
        holds ? "" : fault(open, amount));
  }

  private static String fault(List<Difference> open, long amount) {
    return ("live and final differ by %d (clicks and micros of all measures) without a cause: %s%s."
            + " See audit.reconciliation, and accept exactly this with --accept-unexplained %d"
            + " --reason TEXT")
        .formatted(
            amount,
            open.stream()
                .limit(MAX_NAMED)
                .map(Difference::toString)
                .collect(Collectors.joining("; ")),
            open.size() > MAX_NAMED ? "; and %d more".formatted(open.size() - MAX_NAMED) : "",
            amount);
  }

  private List<Difference> open(Instant from, Instant to) {
    List<Difference> unexplained = unexplained(from, to);
    Set<String> published =
        publications.stream().map(Publication::runId).collect(Collectors.toSet());
    Set<String> accepting = accepting(published);
    Map<LocalDate, Difference> latest = new HashMap<>();
    unexplained.stream()
        .filter(difference -> !published.contains(difference.runId()))
        .forEach(
            difference ->
                latest.merge(
                    difference.day(),
                    difference,
                    (one, other) -> one.at().isBefore(other.at()) ? other : one));
    List<Difference> open = new ArrayList<>();
    for (Difference difference : unexplained) {
      boolean isOpen =
          published.contains(difference.runId())
              ? !accepting.contains(difference.runId())
              : latest.get(difference.day()).runId().equals(difference.runId())
                  && !isComparedAsPublished(difference.day());
      if (isOpen) {
        open.add(difference);
      }
    }
    open.sort(
        Comparator.comparing(Difference::day)
            .thenComparing(Difference::campaignId, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Difference::measure));
    return open;
  }

  private List<Difference> unexplained(Instant from, Instant to) {
    return spark
        .table(AuditReconciliation.TABLE.toString())
        .where(
            col(AuditReconciliation.CAUSE)
                .equalTo(DifferenceCause.UNEXPLAINED.name())
                .and(col(AuditReconciliation.HOUR).geq(date_trunc("hour", lit(from))))
                .and(col(AuditReconciliation.HOUR).lt(lit(to))))
        .groupBy(
            AuditReconciliation.RUN_ID,
            AuditReconciliation.DAY,
            AuditReconciliation.CAMPAIGN_ID,
            AuditReconciliation.MEASURE,
            AuditReconciliation.CURRENCY)
        .agg(
            sum(AuditReconciliation.DIFFERENCE).as(AuditReconciliation.DIFFERENCE),
            sum(abs(col(AuditReconciliation.DIFFERENCE))).as(AMOUNT),
            max(AuditReconciliation.RECONCILED_AT).as(AuditReconciliation.RECONCILED_AT))
        .collectAsList()
        .stream()
        .map(Difference::of)
        .toList();
  }

  /** Those runs with which a person accepted what they did not explain. */
  private Set<String> accepting(Collection<String> runIds) {
    Set<String> accepting = new HashSet<>();
    spark
        .table(BillingRuns.TABLE.toString())
        .where(
            col(BillingRuns.RUN_ID)
                .isInCollection(runIds)
                .and(col(BillingRuns.UNEXPLAINED_DIFFERENCE).gt(0L))
                .and(col(BillingRuns.REASON).isNotNull()))
        .select(BillingRuns.RUN_ID)
        .collectAsList()
        .forEach(row -> accepting.add(row.getString(0)));
    return accepting;
  }

  /** Whether the run that made the day final compared it, and so superseded what runs found. */
  private boolean isComparedAsPublished(LocalDate day) {
    Instant end = BillingRunDays.start(day.plusDays(1));
    Optional<Publication> first =
        publications.stream()
            .filter(publication -> !publication.through().isBefore(end))
            .findFirst();
    return first
        .filter(made -> ReconcileStep.isKept(day, made.publishedAt(), keepLive))
        .isPresent();
  }
}
