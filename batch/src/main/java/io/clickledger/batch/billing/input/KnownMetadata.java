package io.clickledger.batch.billing.input;

import io.clickledger.metadata.MetadataHistories;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import java.time.Instant;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** The ads and publishers that somebody knew at some time. */
public record KnownMetadata(
    VersionDirectory<AdVersion> ads, VersionDirectory<PublisherDomain> publishers) {
  /** As a run knew them. */
  public static KnownMetadata at(SparkSession spark, InputVersions versions) {
    Map<String, Long> snapshotIds = versions.refSnapshotIds();
    ReferenceTables tables = ReferenceTables.at(spark, snapshotIds);
    return new KnownMetadata(tables.ads(), tables.publishers());
  }

  /** As the metadata store had them then. */
  public static KnownMetadata recordedBefore(Instant time, MetadataSettings settings) {
    MetadataHistories histories =
        new MetadataStore(settings.dataSource()).historiesRecordedBefore(time);
    return new KnownMetadata(
        VersionDirectory.of(histories.adVersions()),
        VersionDirectory.of(histories.publisherDomains()));
  }
}
