package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.programs.RefusedException;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.spark.KeptRows;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Records voided clicks on the branch of a run, before the run charges their days again. */
public final class ClickVoid {
  /** What names a click: beyond the dedup horizon, a click_id may be of another one. */
  static final String[] KEY = {FraudClickVerdicts.CLICK_ID, FraudClickVerdicts.CLICKED_AT};

  private static final int MAX_NAMED = 10;

  private final SparkSession spark;
  private final BillingRunBranch branch;
  private final String runId;

  public ClickVoid(SparkSession spark, BillingRunBranch branch, String runId) {
    this.spark = spark;
    this.branch = branch;
    this.runId = runId;
  }

  /**
   * A click as a person names it.
   *
   * @param clickedAt needed where the click_id is of several valid clicks
   */
  public record NamedClick(String clickId, Optional<Instant> clickedAt)
      implements Comparable<NamedClick> {
    private static final Comparator<NamedClick> ORDER =
        Comparator.comparing(NamedClick::clickId)
            .thenComparing(click -> click.clickedAt().orElse(Instant.MIN));

    /**
     * Reads {@code click_id} or {@code click_id,clicked_at}.
     *
     * @throws WrongUsageException naming what is neither
     */
    public static NamedClick parse(String text) {
      String[] parts = text.split(",", -1);
      String clickId = parts[0].strip();
      try {
        if (!clickId.isEmpty() && parts.length <= 2) {
          return new NamedClick(
              clickId,
              parts.length == 1
                  ? Optional.empty()
                  : Optional.of(OffsetDateTime.parse(parts[1].strip()).toInstant()));
        }
      } catch (DateTimeParseException e) {
        // Named below.
      }
      throw new WrongUsageException(
          "a line of --click-ids must be a click_id, or click_id,clicked_at with a time such as"
              + " 2026-11-02T10:00:00Z, was "
              + text);
    }

    boolean names(String id, Instant at) {
      return clickId.equals(id) && clickedAt.map(at::equals).orElse(true);
    }

    @Override
    public int compareTo(NamedClick other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return clickId + clickedAt.map(at -> "," + at).orElse("");
    }
  }

  /**
   * Voids clicks that are not voided yet.
   *
   * @return how many
   * @throws RefusedException where one is no valid click of a final day whose ad is known, or may
   *     be one of several; it names some
   */
  public long record(Set<NamedClick> clicks, String reason, String by, Instant now) {
    Set<NamedClick> voided = keys(named(branch.published(BillingVoidedClicks.TABLE), clicks));
    Dataset<Row> valid =
        named(branch.rows(FraudClickVerdicts.TABLE), clicks)
            .where(
                col(FraudClickVerdicts.VERDICT)
                    .equalTo(Verdict.VALID.name())
                    .and(col(FraudClickVerdicts.ADVERTISER_ID).isNotNull()));
    try (KeptRows found = KeptRows.of(valid)) {
      Set<NamedClick> wanted = meant(clicks, keys(found.rows()), voided);
      wanted.removeAll(voided);
      if (wanted.isEmpty()) {
        return 0;
      }
      branch.append(
          BillingVoidedClicks.TABLE,
          found
              .rows()
              .join(broadcast(rows(wanted)), KEY, "left_semi")
              .withColumn(BillingVoidedClicks.REASON, lit(reason))
              .withColumn(BillingVoidedClicks.VOIDED_BY, lit(by))
              .withColumn(BillingVoidedClicks.VOIDED_AT, lit(now))
              .withColumn(BillingVoidedClicks.RUN_ID, lit(runId)));
      return wanted.size();
    }
  }

  /** The one click that each name means, where it is not voided already. */
  private static Set<NamedClick> meant(
      Set<NamedClick> clicks, Set<NamedClick> valid, Set<NamedClick> voided) {
    Map<String, List<NamedClick>> byId =
        valid.stream().collect(Collectors.groupingBy(NamedClick::clickId));
    Set<NamedClick> meant = new TreeSet<>();
    List<String> missing = new ArrayList<>();
    List<String> several = new ArrayList<>();
    for (NamedClick click : clicks) {
      List<NamedClick> matches = matches(click, byId.getOrDefault(click.clickId(), List.of()));
      meant.addAll(matches);
      if (matches.size() > 1) {
        several.add(
            "%s of %s"
                .formatted(
                    click,
                    matches.stream().map(match -> match.clickedAt().orElseThrow()).toList()));
      } else if (matches.isEmpty() && matches(click, voided).isEmpty()) {
        missing.add(click.toString());
      }
    }
    refuse(missing, "%d click_ids are of no valid click of a final day whose ad is known: %s");
    refuse(
        several,
        "%d click_ids are of several valid clicks: %s. Name the one that is meant as"
            + " click_id,clicked_at");
    return meant;
  }

  private static List<NamedClick> matches(NamedClick click, Collection<NamedClick> among) {
    return among.stream()
        .filter(other -> click.names(other.clickId(), other.clickedAt().orElseThrow()))
        .sorted()
        .toList();
  }

  private static void refuse(List<String> clicks, String message) {
    if (!clicks.isEmpty()) {
      throw new RefusedException(
          message.formatted(clicks.size(), clicks.stream().limit(MAX_NAMED).toList()));
    }
  }

  /** The rows whose click_id is among those of the clicks. */
  private Dataset<Row> named(Dataset<Row> rows, Set<NamedClick> clicks) {
    Dataset<Row> ids =
        spark
            .createDataset(
                clicks.stream().map(NamedClick::clickId).distinct().toList(), Encoders.STRING())
            .toDF(FraudClickVerdicts.CLICK_ID);
    return rows.join(broadcast(ids), new String[] {FraudClickVerdicts.CLICK_ID}, "left_semi");
  }

  private static Set<NamedClick> keys(Dataset<Row> rows) {
    return rows.selectExpr(KEY).collectAsList().stream()
        .map(row -> new NamedClick(row.getString(0), Optional.of(row.getTimestamp(1).toInstant())))
        .collect(Collectors.toSet());
  }

  private Dataset<Row> rows(Set<NamedClick> keys) {
    return spark.createDataFrame(
        keys.stream()
            .map(
                key ->
                    RowFactory.create(key.clickId(), Timestamp.from(key.clickedAt().orElseThrow())))
            .toList(),
        new StructType()
            .add(FraudClickVerdicts.CLICK_ID, DataTypes.StringType)
            .add(FraudClickVerdicts.CLICKED_AT, DataTypes.TimestampType));
  }
}
