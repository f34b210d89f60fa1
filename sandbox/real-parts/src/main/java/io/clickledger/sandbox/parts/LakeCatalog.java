package io.clickledger.sandbox.parts;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the lake's Iceberg catalog and files are, as Trino must know it. */
public record LakeCatalog(
    String uri, String user, String password, String warehouse, Optional<S3> s3) {

  /** How the files of an S3 warehouse are reached. */
  public record S3(URI endpoint, String region, String accessKey, String secretKey) {

    @Override
    public String toString() {
      return "S3[endpoint=" + endpoint + ", region=" + region + "]";
    }
  }

  public LakeCatalog {
    if (warehouse.startsWith("s3") && s3.isEmpty()) {
      throw new IllegalArgumentException(
          "warehouse " + warehouse + " needs an S3 endpoint with its keys");
    }
  }

  /** A warehouse in a local folder. */
  public static LakeCatalog local(PostgresServer postgres, String warehouse) {
    return new LakeCatalog(
        postgres.jdbcUrl("iceberg"),
        postgres.user(),
        postgres.password(),
        warehouse,
        Optional.empty());
  }

  /** A warehouse in a bucket, for instance {@code s3://lake/warehouse}. */
  public static LakeCatalog s3(PostgresServer postgres, String warehouse, S3 s3) {
    return new LakeCatalog(
        postgres.jdbcUrl("iceberg"),
        postgres.user(),
        postgres.password(),
        warehouse,
        Optional.of(s3));
  }

  /**
   * The lines of Trino's catalog file.
   *
   * @param security what the connector itself allows, whatever the rules say
   */
  List<String> trinoProperties(String security) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "connector.name=iceberg",
                "iceberg.security=" + security,
                "iceberg.catalog.type=jdbc",
                "iceberg.jdbc-catalog.driver-class=org.postgresql.Driver",
                "iceberg.jdbc-catalog.connection-url=" + uri,
                "iceberg.jdbc-catalog.connection-user=" + user,
                "iceberg.jdbc-catalog.connection-password=" + password,
                "iceberg.jdbc-catalog.catalog-name=lake",
                "iceberg.jdbc-catalog.schema-version=V1",
                "iceberg.jdbc-catalog.default-warehouse-dir=" + warehouse,
                "iceberg.file-format=PARQUET",
                "iceberg.unique-table-location=false"));
    lines.addAll(
        s3.map(
                at ->
                    List.of(
                        "fs.native-s3.enabled=true",
                        "s3.endpoint=" + at.endpoint(),
                        "s3.region=" + at.region(),
                        "s3.path-style-access=true",
                        "s3.aws-access-key=" + at.accessKey(),
                        "s3.aws-secret-key=" + at.secretKey()))
            .orElse(List.of("fs.native-local.enabled=true", "local.location=/")));
    return lines;
  }

  @Override
  public String toString() {
    return "LakeCatalog[uri=" + uri + ", warehouse=" + warehouse + ", s3=" + s3 + "]";
  }
}
