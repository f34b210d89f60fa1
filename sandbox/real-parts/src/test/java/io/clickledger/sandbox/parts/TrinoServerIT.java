package io.clickledger.sandbox.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
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

  /** What changes a table or its history, by every way that Trino has. */
  private static final List<String> CHANGES =
      List.of(
          "DELETE FROM billing.clicks_by_day",
          "DELETE FROM billing.clicks_by_day WHERE day = DATE '2026-11-20'",
          "UPDATE billing.clicks_by_day SET cost_micros = 1",
          "INSERT INTO billing.clicks_by_day VALUES (DATE '2026-11-20', 1)",
          "MERGE INTO billing.clicks_by_day c USING (VALUES 1) AS v (n) ON c.cost_micros = v.n"
              + " WHEN MATCHED THEN DELETE",
          "TRUNCATE TABLE billing.clicks_by_day",
          "DROP TABLE billing.clicks_by_day",
          "DROP SCHEMA billing CASCADE",
          "CREATE SCHEMA mine",
          "CREATE TABLE billing.mine (n bigint)",
          "CREATE TABLE billing.mine AS SELECT * FROM billing.clicks_by_day",
          "CREATE VIEW billing.mine AS SELECT * FROM billing.clicks_by_day",
          "CREATE MATERIALIZED VIEW billing.mine AS SELECT * FROM billing.clicks_by_day",
          "ALTER TABLE billing.clicks_by_day RENAME TO billing.mine",
          "ALTER TABLE billing.clicks_by_day ADD COLUMN mine bigint",
          "ALTER TABLE billing.clicks_by_day DROP COLUMN cost_micros",
          "ALTER TABLE billing.clicks_by_day RENAME COLUMN cost_micros TO mine",
          "ALTER TABLE billing.clicks_by_day SET PROPERTIES format_version = 2",
          "ALTER TABLE billing.clicks_by_day SET AUTHORIZATION mine",
          "ALTER TABLE billing.clicks_by_day EXECUTE optimize",
          "ALTER TABLE billing.clicks_by_day EXECUTE optimize_manifests",
          "ALTER TABLE billing.clicks_by_day EXECUTE expire_snapshots(retention_threshold => '7d')",
          "ALTER TABLE billing.clicks_by_day EXECUTE remove_orphan_files(retention_threshold => '7d')",
          "ALTER TABLE billing.clicks_by_day EXECUTE drop_extended_stats",
          "ALTER TABLE billing.clicks_by_day EXECUTE rollback_to_snapshot(%d)",
          "ALTER TABLE billing.clicks_by_day EXECUTE add_files(location => 'local:///', format =>"
              + " 'PARQUET')",
          "ALTER TABLE billing.clicks_by_day EXECUTE add_files_from_table(schema_name => 'raw',"
              + " table_name => 'clicks')",
          "ANALYZE billing.clicks_by_day",
          "COMMENT ON TABLE billing.clicks_by_day IS 'mine'",
          "COMMENT ON COLUMN billing.clicks_by_day.cost_micros IS 'mine'",
          "CALL lake.system.rollback_to_snapshot('billing', 'clicks_by_day', %d)",
          "CALL lake.system.unregister_table('billing', 'clicks_by_day')",
          "CALL lake.system.register_table('billing', 'mine', 'local:///billing/clicks_by_day')",
          "GRANT SELECT ON billing.clicks_by_day TO USER mine");

  /** Users who may more than others. */
  private static final List<String> USERS_WITH_RULES =
      List.of("clickledger-investigator", "clickledger-operator");

  @Test
  void readsALakeInAFolderAndChangesNothing() throws SQLException {
    LakeCatalog lake = LakeCatalog.local(postgres, "file://" + warehouse);

    try (TrinoServer trino = TrinoServer.temporaryWithWriter(lake)) {
      makeTables(trino);

      assertThat(warehouse.resolve("billing")).isDirectory();
      nobodyChangesATable(trino);
      hashesOfPeopleAreForTheInvestigator(trino);
      onlyTheOperatorEndsQueriesOfOthers(trino);
    }
  }

  private static void nobodyChangesATable(TrinoServer trino) throws SQLException {
    long first =
        number(
            trino,
            "SELECT min_by(snapshot_id, committed_at) FROM billing.\"clicks_by_day$snapshots\"");
    String sums = "SELECT sum(cost_micros) * 10 + count(*) FROM billing.clicks_by_day";
    String refs = "SELECT snapshot_id FROM billing.\"clicks_by_day$refs\" WHERE name = 'main'";
    long before = number(trino, sums);
    long main = number(trino, refs);
    for (String change : CHANGES) {
      assertRefused(trino, "analyst", change.formatted(first));
    }
    for (String user : USERS_WITH_RULES) {
      assertRefused(trino, user, CHANGES.get(0));
      assertRefused(trino, user, "CALL lake.system.unregister_table('billing', 'clicks_by_day')");
    }
    assertRefused(trino, "analyst", "SELECT * FROM lake_writer.billing.clicks_by_day");
    assertThat(number(trino, sums)).isEqualTo(before).isEqualTo(1009 * 10 + 2);
    assertThat(number(trino, refs)).isEqualTo(main).isNotEqualTo(first);
  }

  private static void hashesOfPeopleAreForTheInvestigator(TrinoServer trino) throws SQLException {
    List<String> hashes =
        List.of(
            "SELECT ip_hash FROM raw.clicks",
            "SELECT count(DISTINCT user_hash) FROM raw.clicks",
            "SELECT 1 FROM raw.clicks WHERE user_hash = 'u1'",
            "SELECT user_hash FROM raw.clicks FOR VERSION AS OF 'main'",
            // Bounds of columns are values of columns.
            "SELECT lower_bounds FROM raw.\"clicks$files\"",
            "SELECT readable_metrics FROM raw.\"clicks$entries\"",
            "SELECT * FROM raw.\"clicks$partitions\"",
            "SELECT * FROM TABLE(lake.system.table_changes('raw', 'clicks', 1, 2))");
    for (String user : List.of("analyst", "clickledger-operator")) {
      for (String query : hashes) {
        assertRefused(trino, user, query);
      }
    }
    assertThat(texts(trino, "analyst", "SELECT * FROM raw.clicks")).containsExactly("c1", "c2");
    assertThat(texts(trino, "clickledger-investigator", "SELECT user_hash FROM raw.clicks"))
        .containsExactly("u1", "u2");
  }

  private static void onlyTheOperatorEndsQueriesOfOthers(TrinoServer trino) throws SQLException {
    String ended = "CALL system.runtime.kill_query('20261129_000000_00000_aaaaa', 'mine')";
    assertRefused(trino, "analyst", ended);
    assertThatThrownBy(() -> texts(trino, "clickledger-operator", ended))
        .hasMessageContaining("Target query not found");
    String seen = "SELECT DISTINCT user FROM system.runtime.queries";
    assertThat(texts(trino, "analyst", seen)).containsExactly("analyst");
    assertThat(texts(trino, "clickledger-operator", seen)).contains("analyst");
  }

  private static void assertRefused(TrinoServer trino, String user, String sql) {
    assertThatThrownBy(() -> texts(trino, user, sql))
        .as("%s: %s", user, sql)
        .isInstanceOf(SQLException.class)
        .hasMessageMatching("(?s).*(Access Denied|not found or not allowed).*");
  }

  @Test
  void readsALakeOnAnS3Endpoint() throws SQLException {
    try (S3Endpoint s3 = S3Endpoint.temporary()) {
      s3.createBucket("lake");
      LakeCatalog lake = LakeCatalog.s3(postgres, "s3://lake/warehouse", s3.forLake());

      try (TrinoServer trino = TrinoServer.temporaryWithWriter(lake)) {
        write(
            trino,
            "CREATE SCHEMA s3_files",
            "CREATE TABLE s3_files.t AS SELECT * FROM (VALUES 1, 2, 3) AS v (n)");

        assertThat(number(trino, "SELECT count(*) FROM s3_files.t")).isEqualTo(3);
      }
    }
  }

  private static void makeTables(TrinoServer trino) throws SQLException {
    write(
        trino,
        "CREATE SCHEMA billing",
        "CREATE SCHEMA raw",
        "CREATE TABLE billing.clicks_by_day (day date, cost_micros bigint)",
        "INSERT INTO billing.clicks_by_day VALUES (DATE '2026-11-19', 9), (DATE '2026-11-20', 1000)",
        "CREATE TABLE raw.clicks AS SELECT * FROM"
            + " (VALUES ('c1', 'u1', 'i1'), ('c2', 'u2', 'i2')) AS v (click_id, user_hash, ip_hash)");
  }

  private static void write(TrinoServer trino, String... statements) throws SQLException {
    try (Connection connection = trino.connectAsWriter();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static long number(TrinoServer trino, String sql) throws SQLException {
    return Long.parseLong(texts(trino, "analyst", sql).get(0));
  }

  /** The first column, in order. */
  private static List<String> texts(TrinoServer trino, String user, String sql)
      throws SQLException {
    try (Connection connection = trino.connectAs(user);
        Statement statement = connection.createStatement()) {
      List<String> texts = new ArrayList<>();
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            texts.add(rows.getString(1));
          }
        }
      }
      return texts.stream().sorted().toList();
    }
  }
}
