package io.clickledger.sandbox.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrinoServerIT {

  // The tables of Iceberg's JDBC catalog, schema version V1, as Trino's documentation gives them.
  private static final String CATALOG_TABLES =
      """
      CREATE SCHEMA iceberg;
      CREATE TABLE iceberg.iceberg_tables (
        catalog_name VARCHAR(255) NOT NULL,
        table_namespace VARCHAR(255) NOT NULL,
        table_name VARCHAR(255) NOT NULL,
        metadata_location VARCHAR(1000),
        previous_metadata_location VARCHAR(1000),
        iceberg_type VARCHAR(5),
        PRIMARY KEY (catalog_name, table_namespace, table_name)
      );
      CREATE TABLE iceberg.iceberg_namespace_properties (
        catalog_name VARCHAR(255) NOT NULL,
        namespace VARCHAR(255) NOT NULL,
        property_key VARCHAR(255),
        property_value VARCHAR(1000),
        PRIMARY KEY (catalog_name, namespace, property_key)
      );
      """;

  @TempDir Path warehouse;

  private PostgresServer postgres;

  @BeforeAll
  void startPostgres() throws SQLException {
    postgres = PostgresServer.temporary();
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(CATALOG_TABLES);
    }
  }

  @AfterAll
  void stopPostgres() {
    postgres.close();
  }

  @Test
  void writesAndReadsALakeInALocalFolder() throws SQLException {
    LakeCatalog lake = LakeCatalog.local(postgres, "file://" + warehouse);

    try (TrinoServer trino = TrinoServer.temporary(lake)) {
      assertThat(countOfNewTable(trino, "local_files")).isEqualTo(3);
      assertThat(warehouse.resolve("local_files")).isDirectory();
    }
  }

  @Test
  void writesAndReadsALakeOnAnS3Endpoint() throws SQLException {
    try (S3Endpoint s3 = S3Endpoint.temporary()) {
      s3.createBucket("lake");
      LakeCatalog lake = LakeCatalog.s3(postgres, "s3://lake/warehouse", s3.forLake());

      try (TrinoServer trino = TrinoServer.temporary(lake)) {
        assertThat(countOfNewTable(trino, "s3_files")).isEqualTo(3);
      }
    }
  }

  private static long countOfNewTable(TrinoServer trino, String schema) throws SQLException {
    try (Connection connection = trino.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + schema);
      statement.execute("CREATE TABLE " + schema + ".t AS SELECT * FROM (VALUES 1, 2, 3) AS v (n)");
      try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + schema + ".t")) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
