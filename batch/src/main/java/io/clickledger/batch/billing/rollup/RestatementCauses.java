package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.InputVersions;
import io.clickledger.batch.billing.input.ReferenceTables;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.schemas.BillingRestatements;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import java.io.Serializable;
import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.JavaConverters;

/**
 * Explains changes of restated days by comparing the inputs of a run with those of every run that
 * judged clicks of the day before it.
 */
final class RestatementCauses {
  private static final String IS_LATE = "is_late";

  /**
   * What the model of behaviour can change of a grain. It judges actors by their whole day, so late
   * clicks may change the verdicts of others, of any ad.
   */
  private static final Column IS_OF_MODEL =
      Stream.of(
              ClickMeasures.GROSS_CLICKS,
              ClickMeasures.DUPLICATE_CLICKS,
              ClickMeasures.GENERAL_INVALID_CLICKS)
          .map(measure -> col(measure).equalTo(0L))
          .reduce(Column::and)
          .orElseThrow();

  private final Dataset<Row> lateClicks;
  private final HashMap<LocalDate, Changed> changed;

  /**
   * What changed for the clicks of a day: everything by some causes, some ads and publishers.
   *
   * @param hasModel whether verdicts of the day follow a model, or did before
   */
  private record Changed(
      TreeSet<Restatement.Cause> everything,
      HashSet<String> ads,
      HashSet<String> publishers,
      boolean hasModel)
      implements Serializable {}

  /** What an earlier run judged by: read once, however many days it computed. */
  private record Histories(
      VersionDirectory<AdVersion> ads, VersionDirectory<PublisherDomain> publishers) {
    static Histories at(SparkSession spark, Map<String, Long> snapshotIds) {
      ReferenceTables tables = ReferenceTables.at(spark, snapshotIds);
      return new Histories(tables.ads(), tables.publishers());
    }
  }

  private RestatementCauses(Dataset<Row> lateClicks, HashMap<LocalDate, Changed> changed) {
    this.lateClicks = lateClicks;
    this.changed = changed;
  }

  /**
   * Compares.
   *
   * @param lateClicks day, ad_id and publisher_id of the clicks that landed since
   * @param earlier of each day, by what its clicks were judged before
   */
  static RestatementCauses between(
      SparkSession spark,
      BillingRunInputs inputs,
      Map<LocalDate, Collection<InputVersions>> earlier,
      Dataset<Row> lateClicks) {
    Map<Map<String, Long>, Histories> histories = new HashMap<>();
    HashMap<LocalDate, Changed> changed = new HashMap<>();
    earlier.forEach(
        (day, runs) -> {
          boolean hasModel =
              inputs.versions().model().isPresent()
                  || runs.stream().anyMatch(versions -> versions.model().isPresent());
          Changed ofDay = new Changed(new TreeSet<>(), new HashSet<>(), new HashSet<>(), hasModel);
          for (InputVersions versions : runs) {
            ofDay.everything().addAll(changesOfAll(versions, inputs.versions()));
            Map<String, Long> snapshotIds = versions.refSnapshotIds();
            if (!snapshotIds.equals(inputs.versions().refSnapshotIds())) {
              Histories before =
                  histories.computeIfAbsent(snapshotIds, ids -> Histories.at(spark, ids));
              Instant start = BillingRunDays.start(day);
              Instant end = BillingRunDays.start(day.plusDays(1));
              ofDay.ads().addAll(inputs.ads().differences(before.ads(), start, end));
              ofDay
                  .publishers()
                  .addAll(inputs.publishers().differences(before.publishers(), start, end));
            }
          }
          changed.put(day, ofDay);
        });
    return new RestatementCauses(lateClicks, changed);
  }

  /** What differs between two runs and may change any click: all but metadata and the model. */
  private static SortedSet<Restatement.Cause> changesOfAll(
      InputVersions before, InputVersions now) {
    SortedSet<Restatement.Cause> causes = new TreeSet<>();
    if (!now.rules().equals(before.rules())) {
      causes.add(Restatement.Cause.RULES);
    }
    if (!now.historyWindow().equals(before.historyWindow())) {
      causes.add(Restatement.Cause.SETTINGS);
    }
    if (!now.code().equals(before.code())) {
      causes.add(Restatement.Cause.CODE);
    }
    return causes;
  }

  /** Adds to the changes of grains their causes; none where nothing explains one. */
  Dataset<Row> explain(Dataset<Row> changes) {
    String[] key = {BillingRestatements.DAY, ClickDimensions.AD_ID, ClickDimensions.PUBLISHER_ID};
    return changes
        .join(
            lateClicks.selectExpr(key).distinct().withColumn(IS_LATE, lit(true)),
            JavaConverters.asScalaBuffer(List.of(key)).toSeq(),
            "left")
        .withColumn(
            BillingRestatements.CAUSES,
            causes()
                .apply(
                    col(BillingRestatements.DAY),
                    col(ClickDimensions.AD_ID),
                    col(ClickDimensions.PUBLISHER_ID),
                    coalesce(col(IS_LATE), lit(false)),
                    IS_OF_MODEL))
        .drop(IS_LATE);
  }

  private UserDefinedFunction causes() {
    HashMap<LocalDate, Changed> changedByDay = changed;
    UDF5<Date, String, String, Boolean, Boolean, String[]> causes =
        (day, adId, publisherId, isLate, isOfModel) -> {
          Changed ofDay = changedByDay.get(day.toLocalDate());
          SortedSet<Restatement.Cause> found = new TreeSet<>(ofDay.everything());
          if (isLate) {
            found.add(Restatement.Cause.LATE_CLICKS);
          }
          if (ofDay.ads().contains(adId) || ofDay.publishers().contains(publisherId)) {
            found.add(Restatement.Cause.METADATA);
          }
          if (ofDay.hasModel() && isOfModel) {
            found.add(Restatement.Cause.MODEL);
          }
          return found.stream().map(Enum::name).toArray(String[]::new);
        };
    return udf(causes, DataTypes.createArrayType(DataTypes.StringType));
  }
}
