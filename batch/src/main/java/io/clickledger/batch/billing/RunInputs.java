package io.clickledger.batch.billing;

import io.clickledger.batch.BatchSettings;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.AdVersion;
import io.clickledger.rules.FraudRules;
import io.clickledger.rules.PublisherDomain;
import io.clickledger.rules.VersionDirectory;
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
 * All that a run computes from: the clicks as pinned, and the histories and rules by which they are
 * judged, read after them.
 */
record RunInputs(
    SparkSession spark,
    RawClicksRead raw,
    VersionDirectory<AdVersion> ads,
    VersionDirectory<PublisherDomain> publishers,
    FraudRules rules,
    RunRecord.Versions versions) {

  /** What of raw.clicks the rollups need. */
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
   * @param raw pinned before: metadata and rules only grow, so those of now know every flag in it
   */
  static RunInputs read(SparkSession spark, BatchSettings settings, RawClicksRead raw) {
    MetadataStore store = new MetadataStore(settings.metadata().dataSource());
    FraudRules rules = store.fraudRules();
    ReferenceTables reference = ReferenceTables.synchronize(spark, store.histories());
    return new RunInputs(
        spark,
        raw,
        reference.ads(),
        reference.publishers(),
        rules,
        new RunRecord.Versions(
            rules.version(),
            reference.snapshotIds(),
            settings.billing().dedupHorizon(),
            codeVersion()));
  }

  /** The quarter hours of the night's days, without revision and run_id. */
  Dataset<Row> quarterHours(Night night) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<VersionDirectory<AdVersion>> adsOfTasks = context.broadcast(ads);
    Broadcast<VersionDirectory<PublisherDomain>> publishersOfTasks = context.broadcast(publishers);
    Duration horizon = versions.dedupHorizon();
    Dataset<Row> around =
        raw.rows()
            .where(RawWindow.around(night.days(), horizon))
            .selectExpr(Duplicates.COLUMNS.toArray(String[]::new));
    return raw.rows()
        .where(RawWindow.of(night.days()))
        .selectExpr(COLUMNS)
        .unionByName(around, true)
        .transform(Duplicates.mark(horizon))
        .where(RawWindow.of(night.days()))
        .transform(marked -> Judgements.judge(marked, adsOfTasks, publishersOfTasks, rules))
        .transform(Rollups::quarterHours);
  }

  private static String codeVersion() {
    return Optional.ofNullable(RunInputs.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }
}
