package io.clickledger.batch.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.run.TestSpark;
import io.clickledger.schemas.AuditReconciliation;
import io.clickledger.schemas.ClickMeasures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Causes of differences between live's rows and judged clicks of one hour. */
class ReconciliationIT {
  private static final Instant CLICKED_AT = Instant.parse("2026-11-17T10:07:30Z");
  private static final Instant COUNTED = Instant.parse("2026-11-17T10:08:00Z");
  private static final Instant LATER = COUNTED.plusSeconds(60);

  private static final StructType JUDGED =
      new StructType()
          .add("clicked_at", DataTypes.TimestampType)
          .add("landed_at", DataTypes.TimestampType)
          .add("ad_id", DataTypes.StringType)
          .add("publisher_id", DataTypes.StringType)
          .add("geo_country", DataTypes.StringType)
          .add("device_type", DataTypes.StringType)
          .add("campaign_id", DataTypes.StringType)
          .add("currency", DataTypes.StringType)
          .add("rules_version", DataTypes.StringType)
          .add("verdict", DataTypes.StringType)
          .add("reasons", DataTypes.createArrayType(DataTypes.StringType))
          .add("price_micros", DataTypes.LongType)
          .add("cost_micros", DataTypes.LongType)
          .add("live_verdict", DataTypes.StringType)
          .add("live_cost_micros", DataTypes.LongType);

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = TestSpark.plain();
  }

  @AfterAll
  static void end() {
    spark.stop();
  }

  @Test
  void findsNoDifferenceWhereLiveCountedTheSame() {
    List<Row> clicks = List.of(valid("ad-1"), valid("ad-1"), duplicate("ad-1"));

    assertThat(differences(clicks, List.of(live("ad-1", "c-1", 3, 1, 0, 2, 20)))).isEmpty();
  }

  @Test
  void explainsAClickThatLandedAfterWhatLiveHadCounted() {
    List<Row> clicks = List.of(valid("ad-1"), click("ad-1", LATER, "VALID", 10, "VALID", 10));

    assertThat(differences(clicks, List.of(live("ad-1", "c-1", 1, 0, 0, 1, 10))))
        .isEqualTo(
            Map.of(
                "gross_clicks NOT_YET_COUNTED", 1L,
                "valid_clicks NOT_YET_COUNTED", 1L,
                "cost_micros NOT_YET_COUNTED", 10L));
  }

  @Test
  void explainsADuplicateThatLiveDidNotRemember() {
    List<Row> clicks = List.of(valid("ad-1"), click("ad-1", COUNTED, "DUPLICATE", 0, "VALID", 10));

    assertThat(differences(clicks, List.of(live("ad-1", "c-1", 2, 0, 0, 2, 20))))
        .isEqualTo(
            Map.of(
                "duplicate_clicks DUPLICATE_BEYOND_WINDOW", 1L,
                "valid_clicks DUPLICATE_BEYOND_WINDOW", -1L,
                "cost_micros DUPLICATE_BEYOND_WINDOW", -10L));
  }

  @Test
  void explainsARepeatBeyondWhatLiveRemembers() {
    List<Row> clicks = List.of(click("ad-1", COUNTED, "VALID", 10, "DUPLICATE", 0));

    assertThat(differences(clicks, List.of(live("ad-1", "c-1", 1, 1, 0, 0, 0))))
        .containsEntry("valid_clicks DUPLICATE_BEYOND_HORIZON", 1L);
  }

  @Test
  void explainsAClickThatOnlyTheModelTakesForInvalid() {
    List<Row> clicks =
        List.of(
            valid("ad-1"),
            click(
                "ad-1",
                COUNTED,
                "SOPHISTICATED_INVALID",
                new String[] {"model:crowd"},
                0,
                "VALID",
                10));

    assertThat(differences(clicks, List.of(live("ad-1", "c-1", 2, 0, 0, 2, 20))))
        .isEqualTo(
            Map.of(
                "sophisticated_invalid_clicks RESCORED", 1L,
                "valid_clicks RESCORED", -1L,
                "cost_micros RESCORED", -10L));
  }

  @Test
  void explainsAnOwnerThatBecameKnownByTheMetadata() {
    List<Row> clicks = List.of(valid("ad-new"));

    assertThat(differences(clicks, List.of(live("ad-new", null, 1, 0, 0, 1, 0))))
        .isEqualTo(
            Map.of(
                "null gross_clicks METADATA", -1L,
                "null valid_clicks METADATA", -1L,
                "gross_clicks METADATA", 1L,
                "valid_clicks METADATA", 1L,
                "cost_micros METADATA", 10L));
  }

  @Test
  void explainsAnotherVerdictOfAClickLandedUnderOtherRules() {
    List<Row> clicks = List.of(withRules("older", "ad-1"), valid("ad-1"));

    assertThat(differences(clicks, List.of(live("ad-1", "c-1", 2, 0, 1, 1, 10))))
        .containsEntry("valid_clicks RULE_VERSION", 1L)
        .containsEntry("cost_micros RULE_VERSION", 10L);
  }

  @Test
  void explainsAClickThatTheListsOfNowMatch() {
    List<Row> clicks =
        List.of(valid("ad-1"), click("ad-1", COUNTED, "GENERAL_INVALID", 0, "VALID", 10));

    assertThat(differences(clicks, List.of(live("ad-1", "c-1", 2, 0, 0, 2, 20))))
        .isEqualTo(
            Map.of(
                "general_invalid_clicks RULE_VERSION", 1L,
                "valid_clicks RULE_VERSION", -1L,
                "cost_micros RULE_VERSION", -10L));
  }

  @Test
  void explainsByOtherRulesOnlyClicksThatLandedUnderThem() {
    List<Row> clicks = List.of(withRules("older", "ad-1"), valid("ad-1"), valid("ad-1"));

    assertThat(differences(clicks, List.of(live("ad-1", "c-1", 3, 0, 2, 1, 10))))
        .containsEntry("valid_clicks UNEXPLAINED", 2L);
    assertThat(differences(clicks, List.of(live("ad-1", "c-1", 3, 0, 0, 3, 41))))
        .isEqualTo(Map.of("cost_micros UNEXPLAINED", -11L));
    assertThat(
            differences(
                List.of(withRules("same-but-lists", "ad-1")),
                List.of(live("ad-1", "c-1", 1, 0, 1, 0, 0))))
        .containsEntry("valid_clicks UNEXPLAINED", 1L);
  }

  @Test
  void hasNoExcuseForAClickLostOrCountedTwice() {
    List<Row> clicks = List.of(withRules("older", "ad-new"), valid("ad-new"), valid("ad-new"));

    assertThat(differences(clicks, List.of(live("ad-new", "c-1", 2, 0, 0, 2, 20))))
        .containsEntry("gross_clicks UNEXPLAINED", 1L);
    assertThat(differences(clicks, List.of(live("ad-new", "c-1", 4, 0, 0, 4, 40))))
        .containsEntry("gross_clicks UNEXPLAINED", -1L);
  }

  @Test
  void hasNoExcuseForAnotherPriceOfAnUnchangedAd() {
    assertThat(differences(List.of(valid("ad-1")), List.of(live("ad-1", "c-1", 1, 0, 0, 1, 11))))
        .isEqualTo(Map.of("cost_micros UNEXPLAINED", -1L));
  }

  @Test
  void keepsUnexplainedDifferencesThatCancelEachOtherInACampaign() {
    List<Row> clicks = List.of(valid("ad-1"), valid("ad-2"));
    List<Row> live =
        List.of(live("ad-1", "c-1", 2, 0, 0, 2, 20), live("ad-2", "c-1", 0, 0, 0, 0, 0));

    List<Row> rows = reconciled(clicks, live);

    assertThat(rows)
        .filteredOn(row -> row.getAs(AuditReconciliation.MEASURE).equals("gross_clicks"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.<Long>getAs(AuditReconciliation.DIFFERENCE)).isZero();
              assertThat(row.<Long>getAs(Reconciliation.MAGNITUDE)).isEqualTo(2);
            });
  }

  @Test
  void findsALostClickBesideOneThatIsCountedTwice() {
    List<Row> live =
        List.of(
            live("FR", "ad-1", "c-1", 1, 0, 0, 1, 10), live("DE", "ad-1", "c-1", 1, 0, 0, 1, 10));

    assertThat(reconciled(List.of(valid("ad-1"), valid("ad-1")), live))
        .extracting(row -> row.<String>getAs(AuditReconciliation.CAUSE))
        .containsOnly("UNEXPLAINED");
  }

  private static Row valid(String ad) {
    return click(ad, COUNTED, "VALID", 10, "VALID", 10);
  }

  private static Row duplicate(String ad) {
    return click(ad, COUNTED, "DUPLICATE", 0, "DUPLICATE", 0);
  }

  private static Row withRules(String version, String ad) {
    List<Object> values = new ArrayList<>();
    Row row = valid(ad);
    for (int i = 0; i < row.size(); i++) {
      values.add(JUDGED.fieldNames()[i].equals("rules_version") ? version : row.get(i));
    }
    return RowFactory.create(values.toArray());
  }

  private static Row click(
      String ad, Instant landedAt, String verdict, long cost, String liveVerdict, long liveCost) {
    return click(ad, landedAt, verdict, new String[0], cost, liveVerdict, liveCost);
  }

  private static Row click(
      String ad,
      Instant landedAt,
      String verdict,
      String[] reasons,
      long cost,
      String liveVerdict,
      long liveCost) {
    return RowFactory.create(
        CLICKED_AT,
        landedAt,
        ad,
        "publisher-1",
        "FR",
        "PHONE",
        "c-1",
        "EUR",
        "now",
        verdict,
        reasons,
        10L,
        cost,
        liveVerdict,
        liveCost);
  }

  private static Row live(
      String ad, String campaign, long gross, long duplicate, long general, long valid, long cost) {
    return live("FR", ad, campaign, gross, duplicate, general, valid, cost);
  }

  private static Row live(
      String country,
      String ad,
      String campaign,
      long gross,
      long duplicate,
      long general,
      long valid,
      long cost) {
    return RowFactory.create(
        CLICKED_AT.minusSeconds(30),
        ad,
        "publisher-1",
        country,
        "PHONE",
        campaign,
        campaign == null ? null : "EUR",
        gross,
        duplicate,
        general,
        0L,
        valid,
        cost);
  }

  /** Measure and cause, with the campaign where it is not c-1. */
  private static Map<String, Long> differences(List<Row> clicks, List<Row> live) {
    Map<String, Long> differences = new TreeMap<>();
    for (Row row : reconciled(clicks, live)) {
      String campaign = row.getAs(AuditReconciliation.CAMPAIGN_ID);
      differences.put(
          ("c-1".equals(campaign) ? "" : campaign + " ")
              + row.getAs(AuditReconciliation.MEASURE)
              + " "
              + row.getAs(AuditReconciliation.CAUSE),
          row.getAs(AuditReconciliation.DIFFERENCE));
    }
    return differences;
  }

  private static List<Row> reconciled(List<Row> clicks, List<Row> live) {
    StructType schema =
        new StructType()
            .add("minute", DataTypes.TimestampType)
            .add("ad_id", DataTypes.StringType)
            .add("publisher_id", DataTypes.StringType)
            .add("geo_country", DataTypes.StringType)
            .add("device_type", DataTypes.StringType)
            .add("campaign_id", DataTypes.StringType)
            .add("currency", DataTypes.StringType);
    for (String measure : ClickMeasures.SUMS) {
      schema = schema.add(measure, DataTypes.LongType);
    }
    return new Reconciliation(COUNTED, Set.of("ad-new"), Set.of(), Set.of("older"))
        .differences(spark.createDataFrame(clicks, JUDGED), spark.createDataFrame(live, schema))
        .collectAsList();
  }
}
