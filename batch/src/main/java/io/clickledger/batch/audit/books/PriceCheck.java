package io.clickledger.batch.audit.books;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.audit.offsets.Findings;
import io.clickledger.batch.audit.offsets.Findings.Kind;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RefAds;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/**
 * Checks that each valid click has the price and the campaign that its ad had at clicked_at. The
 * newest histories explain most clicks; a click that they do not explain was judged by earlier
 * ones, which its run read.
 */
record PriceCheck(SparkSession spark, PublishedTables published, Findings findings) {
  private static final String KIND = "kind_of_finding";

  void check(Dataset<Row> valid) {
    Dataset<Row> others = unexplained(valid, published.reference(RefAds.TABLE));
    List<String> runs =
        others.select(FraudClickVerdicts.RUN_ID).distinct().collectAsList().stream()
            .map(row -> row.getString(0))
            .sorted()
            .toList();
    for (String run : runs) {
      Dataset<Row> ofRun = valid.where(col(FraudClickVerdicts.RUN_ID).equalTo(run));
      Dataset<Row> ads =
          PublishedTables.refSnapshotIds(spark, run)
              .map(ids -> ads(ids))
              .orElseGet(() -> published.reference(RefAds.TABLE).limit(0));
      findings.add(
          unexplained(ofRun, ads).withColumn(KIND, lit(Kind.WRONG_PRICE.name())),
          KIND,
          row ->
              "click %s of ad %s at %s has price %s and campaign %s, which is not what ref.ads had in run %s"
                  .formatted(
                      row.getAs(FraudClickVerdicts.CLICK_ID),
                      row.getAs(FraudClickVerdicts.AD_ID),
                      row.getAs(FraudClickVerdicts.CLICKED_AT),
                      row.getAs(FraudClickVerdicts.PRICE_MICROS),
                      row.getAs(FraudClickVerdicts.CAMPAIGN_ID),
                      run),
          col(FraudClickVerdicts.CLICKED_AT),
          col(FraudClickVerdicts.CLICK_ID));
    }
  }

  private Dataset<Row> ads(Map<String, Long> snapshotIds) {
    return PublishedTables.at(spark, RefAds.TABLE, snapshotIds.get(RefAds.TABLE.toString()));
  }

  private static Dataset<Row> unexplained(Dataset<Row> valid, Dataset<Row> ads) {
    var inOrder = Window.partitionBy(RefAds.AD_ID).orderBy(RefAds.VALID_FROM, RefAds.VERSION_ID);
    Column next = lead(RefAds.VALID_FROM, 1).over(inOrder);
    Dataset<Row> versions =
        ads.select(
            col(RefAds.AD_ID).as("version_of"),
            col(RefAds.VALID_FROM).as("version_from"),
            next.as("version_to"),
            col(RefAds.CPC_MICROS).as("version_price"),
            col(RefAds.CAMPAIGN_ID).as("version_campaign"));
    Column clickedAt = col(FraudClickVerdicts.CLICKED_AT);
    return valid.join(
        broadcast(versions),
        col(FraudClickVerdicts.AD_ID)
            .equalTo(col("version_of"))
            .and(clickedAt.geq(col("version_from")))
            .and(col("version_to").isNull().or(clickedAt.lt(col("version_to"))))
            .and(col(FraudClickVerdicts.PRICE_MICROS).equalTo(col("version_price")))
            .and(col(FraudClickVerdicts.CAMPAIGN_ID).equalTo(col("version_campaign"))),
        "left_anti");
  }
}
