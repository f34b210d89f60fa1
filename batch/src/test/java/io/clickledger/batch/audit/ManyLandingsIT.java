package io.clickledger.batch.audit;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.run.BillingLake;
import io.clickledger.batch.billing.run.TestSpark;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.commit.StagedFiles;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A lake of many partitions and landings. Of each landing's ten offsets, nine are clicks and the
 * last one is rejected. A row per landing is more than the driver may be given.
 */
class ManyLandingsIT {
  private static final int PARTITIONS = 200;
  private static final int LANDINGS = 100;
  private static final int OFFSETS = 10;
  private static final Instant FIRST = Instant.parse("2026-11-20T10:00:00Z");
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final List<TableName> TABLES =
      List.of(RawClicks.TABLE, RawRejectedClicks.TABLE, AuditLandings.TABLE);

  private static BillingLake lake;

  private Map<TableName, Long> sound;
  private final List<String> proof = new ArrayList<>();

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated(TestSpark.local().config("spark.driver.maxResultSize", "256k"));
    Dataset<Row> offsets =
        lake.spark()
            .range((long) PARTITIONS * LANDINGS * OFFSETS)
            .selectExpr(
                "CAST(id DIV %d %% %d AS INT) AS kafka_partition".formatted(OFFSETS, PARTITIONS),
                "id DIV %d * %d + id %% %d AS kafka_offset"
                    .formatted(OFFSETS * PARTITIONS, OFFSETS, OFFSETS));
    String rejected = "kafka_offset %% %d = %d".formatted(OFFSETS, OFFSETS - 1);
    append(RawClicks.TABLE, offsets.where("NOT " + rejected), Map.of());
    append(RawRejectedClicks.TABLE, offsets.where(rejected), Map.of());
    Dataset<Row> landings =
        lake.spark()
            .range((long) PARTITIONS * LANDINGS)
            .selectExpr(
                "CAST(id %% %d AS INT) AS kafka_partition".formatted(PARTITIONS),
                "id DIV %d * %d AS from_offset".formatted(PARTITIONS, OFFSETS),
                "(id DIV %d + 1) * %d AS to_offset".formatted(PARTITIONS, OFFSETS));
    append(
        AuditLandings.TABLE,
        landing(landings, RawClicks.TABLE, OFFSETS - 1)
            .union(landing(landings, RawRejectedClicks.TABLE, 1)),
        Map.of(
            CommittedPosition.QUERY,
            QueryNames.RECORD_LANDINGS,
            CommittedPosition.SOURCE,
            "landings",
            CommittedPosition.TO,
            "",
            CommittedPosition.LANDED_THROUGH,
            NOW.toString()));
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @BeforeEach
  void remember() {
    sound =
        TABLES.stream()
            .collect(
                Collectors.toMap(name -> name, name -> table(name).currentSnapshot().snapshotId()));
  }

  @AfterEach
  void removeBugs() {
    sound.forEach((name, snapshotId) -> TableRefs.resetMain(table(name), snapshotId));
  }

  @Test
  void theDriverHoldsARowPerPartitionNotPerLanding() {
    assertThat(audit()).isEmpty();

    assertThat(proof)
        .contains("landed ranges since 2026-11-20T10:00:00Z: 40000, side by side")
        .filteredOn(line -> line.endsWith("none"))
        .hasSize(PARTITIONS)
        .allSatisfy(line -> assertThat(line).contains("1000 =          900 +        100 +"));
  }

  @Test
  void saysEachStepAsItStarts() {
    audit();

    assertThat(proof)
        .containsSubsequence(
            "reading which ranges landed",
            "checking 40000 landed ranges",
            "counting the rows of each landing",
            "looking for offsets that are missing or there twice",
            "comparing live.clicks_by_minute with raw.clicks");
  }

  @Test
  void findsAndNamesOneOfEachKind() {
    sql(
        "DELETE FROM audit.landings WHERE table_name = 'raw.clicks' AND kafka_partition = 3 AND from_offset = 70");
    // Landed on the day before as well, which this audit does not look at row by row.
    Dataset<Row> again =
        lake.spark()
            .table(AuditLandings.TABLE.toString())
            .where(
                "table_name = 'raw.rejected_clicks' AND kafka_partition = 4 AND from_offset = 40");
    append(
        AuditLandings.TABLE,
        again.withColumn(AuditLandings.LANDED_AT, lit(FIRST.minusSeconds(86_400))),
        Map.of());
    append(
        RawClicks.TABLE,
        lake.spark()
            .table(RawClicks.TABLE.toString())
            .where("kafka_partition = 5 AND kafka_offset = 30")
            .withColumn(RawClicks.KAFKA_OFFSET, lit(75L)),
        Map.of());
    sql("DELETE FROM raw.clicks WHERE kafka_partition = 6 AND kafka_offset = 33");

    assertThat(audit())
        .containsExactly(
            "raw.clicks: no landing covers partition 3, offsets [70, 80)",
            "raw.rejected_clicks: landed twice: partition 4, offsets [40, 50)",
            "raw.clicks: 9 rows of partition 3, offsets [70, 79) landed at 2026-11-20T10:00:21Z, when no landing commit added any",
            "raw.clicks: a row landed at 2026-11-20T10:00:09Z lies outside its landing, partition 5, offsets [30, 40)",
            "raw.clicks: landed 9 rows of partition 5, offsets [30, 40), now has 10",
            "raw.clicks: landed 9 rows of partition 6, offsets [30, 40), now has 8",
            "partition 5, offsets [75, 76): twice, in raw.clicks and in raw.clicks",
            "partition 6, offsets [33, 34): in neither table, and nothing says why; a broker (--bootstrap-servers) may know");
  }

  @Test
  void namesTheFirstFindingsOfAKindAndCountsOthers() {
    sql("DELETE FROM raw.rejected_clicks WHERE kafka_partition >= 100");

    List<String> findings = audit();

    assertThat(findings)
        .hasSize(42)
        .startsWith(
            "raw.rejected_clicks: landed 1 rows of partition 100, offsets [0, 10), now has 0")
        .contains("as many rows as landed are not there: 9980 more")
        .endsWith("in neither table, and nothing says why: 9980 more");
    assertThat(proof).filteredOn(line -> line.endsWith("  200")).hasSize(100);
  }

  private List<String> audit() {
    return new AuditJob(lake.spark(), lake.settings(), proof::add)
        .run(TestArguments.audit(List.of("--from", "2026-11-20", "--to", "2026-11-21"), NOW), NOW);
  }

  private static Dataset<Row> landing(Dataset<Row> ranges, TableName table, int rows) {
    return ranges
        .withColumn(AuditLandings.TABLE_NAME, lit(table.toString()))
        .withColumn(AuditLandings.TOPIC_ID, lit("topic"))
        .withColumn(AuditLandings.LANDED_ROWS, lit((long) rows))
        .withColumn(RawClicks.KAFKA_OFFSET, col(AuditLandings.FROM_OFFSET));
  }

  /** Appends rows, whose other columns get any value that they may have. */
  private static void append(TableName name, Dataset<Row> rows, Map<String, String> summary) {
    Table table = table(name);
    Column[] columns =
        Stream.of(lake.spark().table(name.toString()).schema().fields())
            .map(field -> value(field, rows))
            .toArray(Column[]::new);
    AppendFiles append = table.newFastAppend();
    StagedFiles.write(rows.select(columns).coalesce(1), table).forEach(append::appendFile);
    summary.forEach(append::set);
    append.commit();
  }

  private static Column value(StructField field, Dataset<Row> rows) {
    if (List.of(rows.columns()).contains(field.name())) {
      return col(field.name());
    }
    if (field.name().equals(RawClicks.LANDED_AT)) {
      return expr("timestamp_seconds(%d + kafka_offset DIV %d * 3)"
              .formatted(FIRST.getEpochSecond(), OFFSETS))
          .as(field.name());
    }
    String value =
        field.nullable()
            ? "NULL"
            : switch (field.dataType().typeName()) {
              case "string" -> "'any'";
              case "timestamp" -> "TIMESTAMP '%s'".formatted(FIRST);
              default -> "1";
            };
    return expr("CAST(%s AS %s)".formatted(value, field.dataType().catalogString()))
        .as(field.name());
  }

  private static void sql(String statement) {
    lake.spark().sql(statement);
  }

  private static Table table(TableName name) {
    return LakeTables.load(lake.spark(), name);
  }
}
