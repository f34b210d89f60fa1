package io.clickledger.streaming;

import io.clickledger.lake.LakeSettings;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.rules.privacy.Pseudonyms;
import io.clickledger.settings.Secret;
import io.clickledger.spark.GeoDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/** Settings of the streaming driver; what each means stands in defaults.properties. */
public record StreamingSettings(
    Kafka kafka,
    LakeSettings lake,
    MetadataSettings metadata,
    Privacy privacy,
    Enrichment enrichment,
    Streaming streaming,
    Upkeep upkeep) {

  /** The resource with the commented defaults. */
  public static final String DEFAULTS = "/io/clickledger/streaming/defaults.properties";

  /** The topic that clicks come from. */
  public record Kafka(String bootstrapServers, String clickTopic, Duration timeout) {}

  /** Keys that pseudonymize and encrypt personal data before it reaches the lake, in hex. */
  public record Privacy(String hashKeyId, Secret hashKey, String payloadKeyId, Secret payloadKey) {

    /** A secret number for one purpose, derived from the hash key; the same at every start. */
    public long hashSecret(String purpose) {
      byte[] key = HexFormat.of().parseHex(hashKey.reveal().strip());
      return new Pseudonyms(hashKeyId, key).secret(purpose);
    }
  }

  /** Geolocation files; the shipped one is used where none is set. */
  public record Enrichment(
      Optional<Path> countryDatabase, Optional<Path> cityDatabase, Optional<Path> networkDatabase) {

    public GeoDatabases databases() {
      return new GeoDatabases(countryDatabase, cityDatabase, networkDatabase);
    }
  }

  /** How the queries run. */
  public record Streaming(
      String checkpoints,
      Duration landTrigger,
      Duration countTrigger,
      long maxOffsetsPerBatch,
      Duration dedupWindow,
      Optional<Path> historyCopies,
      Duration metadataRefresh,
      Optional<Path> readyFile,
      String metricsHost,
      int metricsPort,
      Duration stopTimeout,
      Duration expiryInterval,
      Duration keepSnapshots) {

    public Streaming {
      if (maxOffsetsPerBatch < 1) {
        throw new IllegalArgumentException(
            "max-offsets-per-batch must be at least 1, was " + maxOffsetsPerBatch);
      }
      if (dedupWindow.isNegative() || dedupWindow.isZero()) {
        throw new IllegalArgumentException("dedup-window must be positive, was " + dedupWindow);
      }
      if (metricsPort < 0 || metricsPort > 65535) {
        throw new IllegalArgumentException("metrics-port must be 0..65535, was " + metricsPort);
      }
      if (expiryInterval.isNegative() || expiryInterval.isZero()) {
        throw new IllegalArgumentException(
            "expiry-interval must be positive, was " + expiryInterval);
      }
      if (keepSnapshots.isNegative()) {
        throw new IllegalArgumentException(
            "keep-snapshots must not be negative, was " + keepSnapshots);
      }
    }
  }

  /** For how long after landing live keeps clicks. */
  public record Upkeep(Duration keepLive) {}
}
