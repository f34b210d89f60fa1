package io.clickledger.lake;

import java.net.URI;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark session on the lake: catalog {@code lake} is the default one, times are UTC, and where
 * the warehouse is in S3, tables go through S3FileIO and checkpoints through s3a. Engine tuning is
 * not here but in spark-submit/conf/.
 */
public final class LakeSession {
  /** Name of the catalog in Spark, in Trino and in the catalog database. */
  public static final String CATALOG = "lake";

  private LakeSession() {}

  /** Opens the session; spark-submit's master and configuration stand. */
  public static SparkSession open(String application, LakeSettings lake) {
    return configure(SparkSession.builder().appName(application), lake).getOrCreate();
  }

  /** Adds to the builder what the lake needs, for a caller that sets a master of its own. */
  public static SparkSession.Builder configure(SparkSession.Builder builder, LakeSettings lake) {
    String catalog = "spark.sql.catalog." + CATALOG;
    builder
        .config(
            "spark.sql.extensions",
            "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
        .config("spark.sql.defaultCatalog", CATALOG)
        .config("spark.sql.session.timeZone", "UTC")
        // Sums of money and counts are exact or refused, never wrapped around.
        .config("spark.sql.ansi.enabled", "true")
        .config(catalog, "org.apache.iceberg.spark.SparkCatalog")
        .config(catalog + ".catalog-impl", ConfirmedCatalog.class.getName())
        .config(catalog + ".uri", lake.catalogUri())
        .config(catalog + ".jdbc.user", lake.catalogUser())
        .config(catalog + ".jdbc.password", lake.catalogPassword().reveal())
        .config(catalog + ".jdbc.schema-version", "V1")
        .config(catalog + ".warehouse", lake.location())
        // No table cache, because streams and billing runs commit from other processes.
        .config(catalog + ".cache-enabled", "false");
    if (lake.onS3()) {
      onS3(builder, catalog, lake);
    }
    return builder;
  }

  private static void onS3(SparkSession.Builder builder, String catalog, LakeSettings lake) {
    String s3a = "spark.hadoop.fs.s3a.";
    builder
        .config(catalog + ".io-impl", "org.apache.iceberg.aws.s3.S3FileIO")
        .config(catalog + ".s3.path-style-access", "true")
        .config(s3a + "path.style.access", "true")
        // s3a's rename is a copy, so a file manager is needed that writes a file atomically.
        .config(
            "spark.sql.streaming.checkpointFileManagerClass",
            "org.apache.spark.internal.io.cloud.AbortableStreamBasedCheckpointFileManager");
    lake.s3Region()
        .ifPresent(
            region ->
                builder
                    .config(catalog + ".client.region", region)
                    .config(s3a + "endpoint.region", region));
    lake.s3Endpoint()
        .map(URI::toString)
        .ifPresent(
            endpoint ->
                builder
                    .config(catalog + ".s3.endpoint", endpoint)
                    .config(s3a + "endpoint", endpoint)
                    .config(
                        s3a + "connection.ssl.enabled",
                        String.valueOf(endpoint.startsWith("https"))));
    lake.s3AccessKey()
        .ifPresent(
            key ->
                builder
                    .config(catalog + ".s3.access-key-id", key.reveal())
                    .config(s3a + "access.key", key.reveal()));
    lake.s3SecretKey()
        .ifPresent(
            key ->
                builder
                    .config(catalog + ".s3.secret-access-key", key.reveal())
                    .config(s3a + "secret.key", key.reveal()));
  }
}
