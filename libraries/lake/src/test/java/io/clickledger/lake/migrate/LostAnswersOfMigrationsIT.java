package io.clickledger.lake.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.lake.CatalogChecks;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.LostWrites;
import io.clickledger.lake.TestLake;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Migrations that lose the catalog's answer: they are done, or failed and are done when run again.
 */
class LostAnswersOfMigrationsIT {
  private static final Instant NOW = Instant.parse("2026-11-20T23:59:58Z");

  /** Number of the migration that is new to the lake. */
  private static final int MIGRATION = Migrations.ALL.size() + 1;

  private static TestLake lake;

  @BeforeAll
  static void start() {
    lake = TestLake.empty();
    new Migrations().migrate(lake.spark(), Instant.EPOCH);
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @ParameterizedTest
  @EnumSource
  void migratesAtAnyOfItsCommits(LostWrites lost) throws Exception {
    List<Migrations.Migration> migrations = new ArrayList<>(Migrations.ALL);
    migrations.add(
        new Migrations.Migration(
            MIGRATION,
            "create a table once more",
            List.of(new Migrations.CreateTable(LiveFlaggedClicks.TABLE, MIGRATION))));
    int writes = Integer.MAX_VALUE;
    for (int write = 1; write <= writes; write++) {
      undoMigration();

      lake.lossy().lose(lost.loss, lost.from(write));
      try {
        new Migrations(migrations).migrate(lake.spark(), NOW);
        writes = lake.lossy().seen();
      } catch (Exception e) {
        writes = write + 1;
        lake.lossy().seen();
        new Migrations(migrations).migrate(lake.spark(), NOW);
      }

      Table table = LakeTables.load(lake.spark(), LiveFlaggedClicks.TABLE);
      assertThat(CatalogChecks.rowsOfWhole(table)).isZero();
      assertThat(table.snapshots()).hasSize(1);
      assertThat(table.sortOrder().isSorted()).isTrue();
      assertThat(new Migrations(migrations).applied(lake.spark()))
          .containsEntry(MIGRATION, "create a table once more, " + NOW);
      assertThat(new Migrations(migrations).plan(lake.spark())).isEmpty();
    }
    assertThat(writes).isGreaterThanOrEqualTo(4);
    new Migrations.CreateTable(LiveClicksByMinute.TABLE, 1).apply(lake.spark());
  }

  private static void undoMigration() throws Exception {
    SupportsNamespaces catalog =
        (SupportsNamespaces) lake.spark().sessionState().catalogManager().currentCatalog();
    lake.spark().sql("DROP TABLE IF EXISTS " + LiveFlaggedClicks.TABLE);
    lake.spark().sql("DROP TABLE IF EXISTS " + LiveClicksByMinute.TABLE);
    lake.spark().sql("DROP NAMESPACE IF EXISTS live");
    catalog.alterNamespace(
        new String[] {"audit"},
        NamespaceChange.removeProperty("clickledger.migration." + MIGRATION));
  }

  @ParameterizedTest
  @EnumSource
  void addsAColumnOnce(LostWrites lost) {
    Migrations.Step step =
        new Migrations.AddColumn(AuditLandings.TABLE, AuditLandings.ACCEPTED_GAP);
    String[] columns = lake.spark().table(AuditLandings.TABLE.toString()).columns();
    lake.spark().sql("ALTER TABLE audit.landings DROP COLUMN accepted_gap");

    lost.during(lake, 1, () -> step.apply(lake.spark()));

    assertThat(lake.spark().table(AuditLandings.TABLE.toString()).columns()).isEqualTo(columns);
  }
}
