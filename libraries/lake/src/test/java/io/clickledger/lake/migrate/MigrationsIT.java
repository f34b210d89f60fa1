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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

  @AfterEach
  void forgetTables() {
    lake.forgetTables();
  }

  @Test
  void planNamesEveryTableAndChangesNothing() {
    List<String> plan = new Migrations().plan(spark);

    assertThat(plan)
        .hasSize(Tables.ALL.size() + Migrations.ALL.size())
        .contains("migration 1 (create every table): create table raw.clicks");
    assertThat(new Migrations().plan(spark)).isEqualTo(plan);
    assertThat(spark.sql("SHOW NAMESPACES").collectAsList()).isEmpty();
  }

  @Test
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
  void givesEveryTableItsColumnsOrderAndOneEmptyCommit() {
    new Migrations().migrate(spark, NOW);

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
  void appliedTwiceDoesNothing() {
    new Migrations().migrate(spark, NOW);

    assertThat(new Migrations().plan(spark)).isEmpty();
    assertThat(new Migrations().migrate(spark, NOW.plusSeconds(1))).isEmpty();
  }

  @Test
  void givesAnOlderTableTheColumnThatItLacks() {
    new Migrations().migrate(spark, NOW);
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
  void appliesOnlyWhatIsNewInLaterPrograms() {
    new Migrations().migrate(spark, NOW);

    List<String> done = laterProgram().migrate(spark, NOW);

    assertThat(done)
        .containsExactly(
            "migration %d (a later one): record it as applied"
                .formatted(Migrations.ALL.size() + 1));
  }

  private static Migrations laterProgram() {
    List<Migrations.Migration> later = new ArrayList<>(Migrations.ALL);
    later.add(
        new Migrations.Migration(
            later.size() + 1,
            "a later one",
            List.of(new Migrations.CreateTable(Tables.ALL.get(0), 2))));
    return new Migrations(later);
  }

  @Test
  void refusesALakeThatIsNewerThanTheProgram() {
    laterProgram().migrate(spark, NOW);

    assertThatThrownBy(() -> new Migrations().migrate(spark, NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("run the newer program");
  }
}
