package io.clickledger.batch.billing.input;

import static org.apache.spark.sql.functions.col;

import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.RefAds;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The ads and publishers that became known since a publication: their clicks are judged again. */
public record NewIds(Set<String> ads, Set<String> publishers) {
  /** None. */
  public static final NewIds NONE = new NewIds(Set.of(), Set.of());

  public NewIds {
    ads = Set.copyOf(ads);
    publishers = Set.copyOf(publishers);
  }

  /**
   * Those that the inputs of a run know.
   *
   * @param snapshotIds of the ref tables as the publication knew them
   */
  public static NewIds since(
      Map<String, Long> snapshotIds, BillingRunInputs inputs, SparkSession spark) {
    return new NewIds(
        added(snapshotIds, inputs, spark, RefAds.TABLE, RefAds.AD_ID),
        added(snapshotIds, inputs, spark, RefPublishers.TABLE, RefPublishers.PUBLISHER_ID));
  }

  private static Set<String> added(
      Map<String, Long> snapshotIds,
      BillingRunInputs inputs,
      SparkSession spark,
      TableName table,
      String id) {
    Dataset<Row> before =
        spark
            .read()
            .option(SparkReadOptions.SNAPSHOT_ID, snapshotIds.get(table.toString()))
            .table(table.toString());
    return Set.copyOf(
        inputs
            .reference(spark, table)
            .select(id)
            .except(before.select(id))
            .as(Encoders.STRING())
            .collectAsList());
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return ads.isEmpty() && publishers.isEmpty();
  }

  /** Whether a row of a rollup may come out differently. */
  public Column mayChange() {
    return col(ClickDimensions.ADVERTISER_ID)
        .isNull()
        .and(col(ClickDimensions.AD_ID).isInCollection(ads))
        .or(col(ClickDimensions.PUBLISHER_ID).isInCollection(publishers));
  }
}
