package io.clickledger.batch.billing.rollup;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.RawClicksFilter;
import io.clickledger.batch.billing.input.RawClicksRead;
import io.clickledger.batch.billing.input.ReferenceTables;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Duplicates;
import io.clickledger.spark.Judgements;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The inputs of a billing run: the pinned clicks, and the metadata histories and fraud rules, which
 * are read after the clicks were pinned.
 */
public record BillingRunInputs(
    SparkSession spark,
    RawClicksRead raw,
    VersionDirectory<AdVersion> ads,
    VersionDirectory<PublisherDomain> publishers,
    FraudRules rules,
    BillingRunRecord.Versions versions) {

  /** The columns of raw.clicks that the rollups need. */
  private static final String[] COLUMNS = {
    RawClicks.CLICK_ID,
    RawClicks.CLICKED_AT,
    RawClicks.AD_ID,
    RawClicks.PUBLISHER_ID,
    RawClicks.CAMPAIGN_ID,
    RawClicks.GEO_COUNTRY,
    RawClicks.DEVICE_TYPE,
    RawClicks.FRAUD_FLAGS,
    RawClicks.PAGE_HOST,
    RawClicks.USER_HASH,
    RawClicks.LANDED_AT,
    RawClicks.KAFKA_PARTITION,
    RawClicks.KAFKA_OFFSET
  };

  /**
   * Reads what clicks are judged by.
   *
   * @param raw pinned before: metadata and rules are never removed, so the current ones have every
   *     flag in it
   */
  public static BillingRunInputs read(
      SparkSession spark, BatchSettings settings, RawClicksRead raw) {
    MetadataStore store = new MetadataStore(settings.metadata().dataSource());
    FraudRules rules = store.fraudRules();
    ReferenceTables reference = ReferenceTables.synchronize(spark, store.histories());
    return new BillingRunInputs(
        spark,
        raw,
        reference.ads(),
        reference.publishers(),
        rules,
        new BillingRunRecord.Versions(
            rules.version(),
            reference.snapshotIds(),
            settings.billing().dedupHorizon(),
            codeVersion()));
  }

  /** The quarter hours of the billing run's days, without revision and run_id. */
  Dataset<Row> quarterHours(BillingRunDays runDays) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<VersionDirectory<AdVersion>> adsOfTasks = context.broadcast(ads);
    Broadcast<VersionDirectory<PublisherDomain>> publishersOfTasks = context.broadcast(publishers);
    Duration horizon = versions.dedupHorizon();
    Dataset<Row> around =
        raw.rows()
            .where(RawClicksFilter.around(runDays.days(), horizon))
            .selectExpr(Duplicates.COLUMNS.toArray(String[]::new));
    return raw.rows()
        .where(RawClicksFilter.of(runDays.days()))
        .selectExpr(COLUMNS)
        .unionByName(around, true)
        .transform(Duplicates.mark(horizon))
        .where(RawClicksFilter.of(runDays.days()))
        .transform(marked -> Judgements.judge(marked, adsOfTasks, publishersOfTasks, rules))
        .transform(Rollups::quarterHours);
  }

  private static String codeVersion() {
    return Optional.ofNullable(BillingRunInputs.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }
}
