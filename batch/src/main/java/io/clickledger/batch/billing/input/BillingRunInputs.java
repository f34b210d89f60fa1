package io.clickledger.batch.billing.rollup;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.RawClicksRead;
import io.clickledger.batch.billing.input.ReferenceTables;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import java.util.Optional;
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

  private static String codeVersion() {
    return Optional.ofNullable(BillingRunInputs.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }
}
