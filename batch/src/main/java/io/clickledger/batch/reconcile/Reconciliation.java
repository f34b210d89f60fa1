package io.clickledger.batch.reconcile;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.reconcile.MeasureParts.Part;
import io.clickledger.schemas.AuditReconciliation;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Compares what live counted of some days with their verdicts, by hour and campaign, and gives each
 * difference its cause. The clicks are judged a second time as live must have judged them. Where
 * final differs from that, each click has a cause; where live differs, metadata or rules changed
 * meanwhile, or it has none.
 *
 * @param landedThrough up to which landing live had counted
 * @param changedAds ads that may have had another history when live counted
 * @param changedPublishers publishers likewise
 * @param otherRules versions of rules by which live may have judged clicks that landed under them
 *     otherwise, beyond what they matched as they landed
 */
public record Reconciliation(
    Instant landedThrough,
    Set<String> changedAds,
    Set<String> changedPublishers,
    Set<String> otherRules) {
  /** Added to the columns of audit.reconciliation: the difference if no two cancel each other. */
  public static final String MAGNITUDE = "magnitude";

  private static final String HOUR = AuditReconciliation.HOUR;
  private static final String REST = "rest";
  private static final String PART = "part";
  private static final String REST_CAUSE = "rest_cause";

  /** The part of the grain that no change of metadata changes. */
  private static final List<String> WITHOUT_OWNER = MeasureParts.GRAIN.subList(0, 5);

  /**
   * The differences.
   *
   * @param judged the clicks of the days
   * @param live rows of live.clicks_by_minute of the same days
   * @return the columns of audit.reconciliation but run_id and reconciled_at, and {@link
   *     #MAGNITUDE}
   */
  public Dataset<Row> differences(Dataset<Row> judged, Dataset<Row> live) {
    List<Column> sums = new ArrayList<>();
    ClickMeasures.SUMS.forEach(
        measure ->
            Stream.of(Part.values())
                .map(part -> part.column(measure))
                .forEach(column -> sums.add(coalesce(sum(column), lit(0L)).as(column))));
    Dataset<Row> grains =
        MeasureParts.ofClicks(judged, landedThrough, otherRules)
            .unionByName(MeasureParts.ofLive(live), true)
            .groupBy(columns(MeasureParts.GRAIN))
            .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new))
            .withColumn(REST_CAUSE, restCause());
    return byCause(byMeasure(grains));
  }

  /**
   * The cause of what live has in a grain beside what was computed again. That a click was lost or
   * counted twice shows in the grains of all owners together, and has no excuse.
   */
  private Column restCause() {
    WindowSpec owners = Window.partitionBy(columns(WITHOUT_OWNER));
    Column isLost =
        not(sum(rest(ClickMeasures.GROSS_CLICKS)).over(owners).equalTo(0L))
            .or(not(sum(rest(ClickMeasures.DUPLICATE_CLICKS)).over(owners).equalTo(0L)));
    Column isWithinOtherRules =
        ClickMeasures.SUMS.stream()
            .map(measure -> abs(rest(measure)).leq(col(Part.UNCERTAIN.column(measure))))
            .reduce(Column::and)
            .orElseThrow();
    return when(isLost, DifferenceCause.UNEXPLAINED.name())
        .when(
            isAmong(changedAds, ClickDimensions.AD_ID)
                .or(isAmong(changedPublishers, ClickDimensions.PUBLISHER_ID)),
            DifferenceCause.METADATA.name())
        .when(isWithinOtherRules, DifferenceCause.RULE_VERSION.name())
        .otherwise(DifferenceCause.UNEXPLAINED.name());
  }

  /** They may be many, as after an import: a set, not literals in a plan. */
  private static Column isAmong(Set<String> ids, String column) {
    HashSet<String> among = new HashSet<>(ids);
    return udf((UDF1<String, Boolean>) among::contains, DataTypes.BooleanType).apply(col(column));
  }

  private static Column rest(String measure) {
    return col(Part.RECOMPUTED.column(measure)).minus(col(Part.LIVE.column(measure)));
  }

  /** A row for each grain and measure. */
  private static Dataset<Row> byMeasure(Dataset<Row> grains) {
    Column[] measures =
        ClickMeasures.SUMS.stream()
            .map(
                measure ->
                    struct(
                        Stream.concat(
                                Stream.of(
                                    lit(measure).as(AuditReconciliation.MEASURE),
                                    rest(measure).as(REST)),
                                Stream.of(Part.values())
                                    .map(part -> col(part.column(measure)).as(part.name())))
                            .toArray(Column[]::new)))
            .toArray(Column[]::new);
    return grains
        .select(
            col(HOUR),
            col(ClickDimensions.CAMPAIGN_ID),
            col(ClickDimensions.CURRENCY),
            col(REST_CAUSE),
            explode(array(measures)).as(PART))
        .select(
            col(HOUR),
            col(ClickDimensions.CAMPAIGN_ID),
            col(ClickDimensions.CURRENCY),
            col(REST_CAUSE),
            col(PART + ".*"));
  }

  /** A row for each hour, campaign, measure and cause of a difference. */
  private static Dataset<Row> byCause(Dataset<Row> measures) {
    Column[] causes =
        Stream.of(DifferenceCause.values()).map(Reconciliation::ofCause).toArray(Column[]::new);
    return measures
        .groupBy(
            HOUR,
            ClickDimensions.CAMPAIGN_ID,
            ClickDimensions.CURRENCY,
            AuditReconciliation.MEASURE)
        .agg(
            sum(Part.LIVE.name()).as(AuditReconciliation.LIVE_VALUE),
            sum(Part.FINAL.name()).as(AuditReconciliation.FINAL_VALUE),
            array(causes).as("causes"))
        .withColumn(PART, explode(col("causes")))
        .select(
            to_date(col(HOUR)).as(AuditReconciliation.DAY),
            col(HOUR),
            col(ClickDimensions.CAMPAIGN_ID),
            col(ClickDimensions.CURRENCY),
            col(AuditReconciliation.MEASURE),
            col(AuditReconciliation.LIVE_VALUE),
            col(AuditReconciliation.FINAL_VALUE),
            col(PART + ".*"))
        .where(not(col(MAGNITUDE).equalTo(0L)));
  }

  private static Column ofCause(DifferenceCause cause) {
    Column difference =
        switch (cause) {
          case NOT_YET_COUNTED -> col(Part.NOT_YET_COUNTED.name());
          case DUPLICATE_BEYOND_WINDOW -> col(Part.DUPLICATE_BEYOND_WINDOW.name());
          case DUPLICATE_BEYOND_HORIZON -> col(Part.DUPLICATE_BEYOND_HORIZON.name());
          case RESCORED -> col(Part.RESCORED.name());
          case RULE_VERSION -> col(Part.RULE_VERSION.name()).plus(rest(cause));
          case METADATA, UNEXPLAINED -> rest(cause);
        };
    return struct(
        lit(cause.name()).as(AuditReconciliation.CAUSE),
        sum(difference).as(AuditReconciliation.DIFFERENCE),
        sum(abs(difference)).as(MAGNITUDE));
  }

  private static Column rest(DifferenceCause cause) {
    return where(col(REST_CAUSE).equalTo(cause.name()), col(REST));
  }

  private static Column where(Column condition, Column value) {
    return when(condition, value).otherwise(lit(0L));
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }
}
