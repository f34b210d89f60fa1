package io.clickledger.lake;

import io.clickledger.settings.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * Where the lake is: its JDBC catalog and its warehouse.
 *
 * @param catalogUri JDBC URI of the PostgreSQL database that holds the Iceberg catalog
 * @param warehouse an absolute folder, or an {@code s3://} location
 * @param s3Endpoint where S3 answers, addressed by path; absent for AWS itself
 */
public record LakeSettings(
    String catalogUri,
    String catalogUser,
    Secret catalogPassword,
    String warehouse,
    Optional<URI> s3Endpoint,
    Optional<String> s3Region,
    Optional<Secret> s3AccessKey,
    Optional<Secret> s3SecretKey) {

  public LakeSettings {
    if (!catalogUri.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "catalog-uri must be a jdbc:postgresql: URI, was " + catalogUri);
    }
    if (!warehouse.startsWith("s3://") && !warehouse.startsWith("/")) {
      throw new IllegalArgumentException(
          "warehouse must be an absolute folder or s3://..., was " + warehouse);
    }
    if (s3AccessKey.isPresent() != s3SecretKey.isPresent()) {
      throw new IllegalArgumentException("s3-access-key and s3-secret-key go together");
    }
  }

  /** The warehouse as tables record it: Trino opens no file whose location has no scheme. */
  String location() {
    return onS3() ? warehouse : "file://" + warehouse;
  }

  /** True where the tables live in S3. */
  public boolean onS3() {
    return warehouse.startsWith("s3://");
  }
}
