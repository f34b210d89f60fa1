package io.clickledger.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.schemas.TableDefinition.Column;
import io.clickledger.schemas.TableDefinition.Nullability;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableDefinitionTest {
  @Test
  void readsColumnsTypesCommentsPartitioningAndOrder() {
    String create =
        """
        CREATE TABLE IF NOT EXISTS audit.sightings (
          sighting_id STRING NOT NULL COMMENT 'Identity, "quoted"; (with) <signs>',
          seen_at TIMESTAMP COMMENT 'The observer\\'s clock',
          share DECIMAL(5, 2) NOT NULL COMMENT 'Percent',
          offsets MAP<INT, ARRAY<BIGINT>>
        )
        USING iceberg
        PARTITIONED BY (days(seen_at), bucket(4, sighting_id))
        COMMENT 'One row is one sighting.'
        TBLPROPERTIES ('format-version' = '2', 'a' = 'b')""";
    String alter = "ALTER TABLE audit.sightings WRITE LOCALLY ORDERED BY seen_at, share";

    TableDefinition sightings = TableDefinition.parse(List.of(create, alter));

    assertThat(sightings.table()).isEqualTo(new TableName("audit", "sightings"));
    assertThat(sightings.comment()).isEqualTo("One row is one sighting.");
    assertThat(sightings.columns())
        .containsExactly(
            new Column(
                "sighting_id",
                "STRING",
                Nullability.REQUIRED,
                "Identity, \"quoted\"; (with) <signs>"),
            new Column("seen_at", "TIMESTAMP", Nullability.NULLABLE, "The observer's clock"),
            new Column("share", "DECIMAL(5, 2)", Nullability.REQUIRED, "Percent"),
            new Column("offsets", "MAP<INT, ARRAY<BIGINT>>", Nullability.NULLABLE, ""));
    assertThat(sightings.partitioning()).containsExactly("days(seen_at)", "bucket(4, sighting_id)");
    assertThat(sightings.ordering()).containsExactly("seen_at", "share");
  }

  @Test
  void refusesADoubledQuoteWhichSparkDoesNotRead() {
    String create =
        """
        CREATE TABLE IF NOT EXISTS audit.sightings (
          seen_at TIMESTAMP COMMENT 'The observer''s clock'
        )
        USING iceberg""";

    assertThatThrownBy(() -> TableDefinition.parse(List.of(create)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected ) but found 's clock' in");
  }

  @Test
  void refusesAnOrderForAnotherTable() {
    String create = "CREATE TABLE IF NOT EXISTS audit.sightings (day DATE)\nUSING iceberg";
    String alter = "ALTER TABLE audit.landings WRITE ORDERED BY day";

    assertThatThrownBy(() -> TableDefinition.parse(List.of(create, alter)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected audit.sightings but found audit.landings in");
  }

  @Test
  void refusesTextThatEndsTooEarly() {
    assertThatThrownBy(
            () -> TableDefinition.parse(List.of("CREATE TABLE IF NOT EXISTS audit.sightings (day")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected an expression but found the end in");
  }
}
