package io.clickledger.lake.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.TestLake;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.TableName;
import io.clickledger.schemas.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One lake's life, from empty on. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MigrationsIT {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static TestLake lake;
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    lake = TestLake.empty();
    spark = lake.spark();
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  @Order(1)
  void planNamesEveryTableAndChangesNothing() {
    List<String> plan = new Migrations().plan(spark);

    assertThat(plan)
        .hasSize(Tables.ALL.size() + Migrations.ALL.size())
        .contains("migration 1 (create every table): create table raw.clicks");
    assertThat(new Migrations().plan(spark)).isEqualTo(plan);
    assertThat(spark.sql("SHOW NAMESPACES").collectAsList()).isEmpty();
  }

  @Test
  @Order(2)
  void goesOnWhereItWasKilled() {
    TableName first = Tables.ALL.get(0);
    spark.sql("CREATE NAMESPACE " + first.namespace());
    spark.sql(Tables.ddl(first).get(0));

    List<String> done = new Migrations().migrate(spark, NOW);

    assertThat(done).hasSize(Tables.ALL.size() + Migrations.ALL.size());
    assertThat(new Migrations().applied(spark))
        .hasSize(Migrations.ALL.size())
        .containsEntry(1, "create every table, 2026-11-21T12:00:00Z");
  }

  @Test
  @Order(3)
  void givesEveryTableItsColumnsOrderAndOneEmptyCommit() {
    for (TableName name : Tables.ALL) {
      Table table = LakeTables.load(spark, name);
      assertThat(table.snapshots()).as(name.toString()).hasSize(1);
      assertThat(table.currentSnapshot().summary())
          .containsEntry("total-records", "0")
          .containsKey(Migrations.SUMMARY_KEY);
      boolean ordered = Tables.ddl(name).stream().anyMatch(sql -> sql.contains("ORDERED BY"));
      assertThat(table.sortOrder().isSorted()).as(name.toString()).isEqualTo(ordered);
    }
  }

  @Test
  @Order(4)
  void appliedTwiceDoesNothing() {
    assertThat(new Migrations().plan(spark)).isEmpty();
    assertThat(new Migrations().migrate(spark, NOW.plusSeconds(1))).isEmpty();
  }

  @Test
  @Order(5)
  void givesAnOlderTableTheColumnThatItLacks() {
    Migrations.Step step =
        new Migrations.AddColumn(AuditLandings.TABLE, AuditLandings.ACCEPTED_GAP);
    String[] columns = spark.table(AuditLandings.TABLE.toString()).columns();
    spark.sql("ALTER TABLE audit.landings DROP COLUMN accepted_gap");

    assertThat(step.inPlace(spark)).isFalse();
    step.apply(spark);

    assertThat(step.inPlace(spark)).isTrue();
    assertThat(spark.table(AuditLandings.TABLE.toString()).columns()).isEqualTo(columns);
  }

  @Test
  @Order(6)
  void appliesOnlyWhatIsNewInLaterPrograms() {
    List<Migrations.Migration> later = new ArrayList<>(Migrations.ALL);
    later.add(
        new Migrations.Migration(
            later.size() + 1,
            "a later one",
            List.of(new Migrations.CreateTable(Tables.ALL.get(0), 2))));

    List<String> done = new Migrations(later).migrate(spark, NOW);

    assertThat(done)
        .containsExactly("migration " + later.size() + " (a later one): record it as applied");
  }

  @Test
  @Order(7)
  void refusesALakeThatIsNewerThanTheProgram() {
    assertThatThrownBy(() -> new Migrations().migrate(spark, NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("run the newer program");
  }
}
