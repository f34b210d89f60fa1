package io.clickledger.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.money.Currencies;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetadataMigrationsIT {

  @Test
  void appliesEachMigrationOnce() {
    TestDatabase database = TestDatabase.bare();

    assertThat(MetadataMigrations.migrate(database.source())).isPositive();
    assertThat(MetadataMigrations.migrate(database.source())).isZero();
  }

  @Test
  void runsFromSeveralPlacesAtOnce() throws Exception {
    TestDatabase database = TestDatabase.bare();
    int places = 4;
    ExecutorService pool = Executors.newFixedThreadPool(places);
    List<Future<Integer>> running = new ArrayList<>();
    for (int i = 0; i < places; i++) {
      running.add(pool.submit(() -> MetadataMigrations.migrate(database.source())));
    }

    int applied = 0;
    for (Future<Integer> one : running) {
      applied += one.get();
    }
    pool.shutdown();

    assertThat(applied)
        .isEqualTo(
            Integer.parseInt(
                database.text(
                    "SELECT count(*) FROM metadata.flyway_schema_history WHERE version IS NOT NULL")));
  }

  @Test
  void makesTheIcebergCatalogOfSchemaVersionV1() {
    TestDatabase database = TestDatabase.migrated();

    assertThat(columns(database, "iceberg_tables"))
        .containsExactly(
            "catalog_name varchar(255) NO",
            "table_namespace varchar(255) NO",
            "table_name varchar(255) NO",
            "metadata_location varchar(1000) YES",
            "previous_metadata_location varchar(1000) YES",
            "iceberg_type varchar(5) YES");
    assertThat(columns(database, "iceberg_namespace_properties"))
        .containsExactly(
            "catalog_name varchar(255) NO",
            "namespace varchar(255) NO",
            "property_key varchar(255) NO",
            "property_value varchar(1000) YES");
  }

  @Test
  void keepsACatalogThatAnOlderIcebergMade() {
    TestDatabase database = TestDatabase.bare();
    database.execute("CREATE SCHEMA iceberg");
    database.execute(
        "CREATE TABLE iceberg.iceberg_tables(catalog_name VARCHAR(255) NOT NULL,"
            + "table_namespace VARCHAR(255) NOT NULL,table_name VARCHAR(255) NOT NULL,"
            + "metadata_location VARCHAR(1000),previous_metadata_location VARCHAR(1000),"
            + "PRIMARY KEY (catalog_name, table_namespace, table_name))");
    database.execute(
        "INSERT INTO iceberg.iceberg_tables VALUES ('lake', 'raw', 'clicks', 'm', NULL)");

    MetadataMigrations.migrate(database.source());

    assertThat(
            database.text(
                "SELECT concat_ws('/', table_name, metadata_location, iceberg_type IS NULL)"
                    + " FROM iceberg.iceberg_tables"))
        .isEqualTo("clicks/m/t");
  }

  @Test
  void knowsTheCurrenciesThatClickRulesKnow() {
    List<String> known =
        IntStream.range(0, 26 * 26 * 26)
            .mapToObj(
                i ->
                    ""
                        + (char) ('A' + i / 676)
                        + (char) ('A' + i / 26 % 26)
                        + (char) ('A' + i % 26))
            .filter(Currencies::isKnown)
            .toList();

    assertThat(TestDatabase.migrated().texts("SELECT code FROM metadata.currencies ORDER BY code"))
        .isEqualTo(known);
  }

  private static List<String> columns(TestDatabase database, String table) {
    return database.texts(
        "SELECT concat_ws(' ', column_name, 'varchar(' || character_maximum_length || ')', is_nullable)"
            + " FROM information_schema.columns WHERE table_schema = 'iceberg' AND table_name = '"
            + table
            + "' AND data_type = 'character varying' ORDER BY ordinal_position");
  }
}
