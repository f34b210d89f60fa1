package io.clickledger.serving.lake;

import io.clickledger.schemas.TableName;
import io.clickledger.schemas.Tables;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A table's DDL (Spark SQL) as Trino makes the same Iceberg table, unpartitioned. */
final class TrinoDdl {

  /** A column as Trino knows it. */
  record Column(String name, String type, String notNull) {

    /** The column's value out of a text. */
    String ofText() {
      return switch (type) {
        case "varbinary" -> "from_hex(" + name + ")";
        case "array(varchar)" -> "CAST(json_parse(" + name + ") AS " + type + ")";
        default -> "CAST(" + name + " AS " + type + ")";
      };
    }
  }

  private static final Pattern COLUMN =
      Pattern.compile("^  ([a-z_]+) ([A-Z][A-Z, <>]*?)( NOT NULL)?( COMMENT .*)?,?$");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("STRING", "varchar"),
          Map.entry("TIMESTAMP", "timestamp(6) with time zone"),
          Map.entry("BINARY", "varbinary"),
          Map.entry("BIGINT", "bigint"),
          Map.entry("INT", "integer"),
          Map.entry("DOUBLE", "double"),
          Map.entry("DATE", "date"),
          Map.entry("BOOLEAN", "boolean"),
          Map.entry("MAP<STRING, BIGINT>", "map(varchar, bigint)"),
          Map.entry("MAP<INT, BIGINT>", "map(integer, bigint)"),
          Map.entry("ARRAY<DATE>", "array(date)"),
          Map.entry("ARRAY<STRING>", "array(varchar)"));

  private TrinoDdl() {}

  static String create(TableName table) {
    return columns(table).stream()
        .map(column -> column.name() + " " + column.type() + column.notNull())
        .collect(Collectors.joining(", ", "CREATE TABLE " + table + " (", ")"));
  }

  /**
   * Inserts rows that are a JSON array of arrays of texts. One long literal takes Trino a moment,
   * as many VALUES take it a minute.
   */
  static String insert(TableName table, String json) {
    List<Column> columns = columns(table);
    return "INSERT INTO %s SELECT %s FROM UNNEST(CAST(json_parse('%s') AS ARRAY(ROW(%s))))"
        .formatted(
            table,
            columns.stream().map(Column::ofText).collect(Collectors.joining(", ")),
            json.replace("'", "''"),
            columns.stream()
                .map(column -> column.name() + " varchar")
                .collect(Collectors.joining(", ")));
  }

  private static List<Column> columns(TableName table) {
    String spark = Tables.ddl(table).get(0);
    String body = spark.substring(spark.indexOf('(') + 1, spark.indexOf("\nUSING iceberg"));
    return body.lines().filter(line -> line.startsWith("  ")).map(TrinoDdl::column).toList();
  }

  private static Column column(String line) {
    Matcher matcher = COLUMN.matcher(line);
    if (!matcher.matches() || !TYPES.containsKey(matcher.group(2))) {
      throw new IllegalStateException("no column that Trino knows: " + line);
    }
    String notNull = matcher.group(3) == null ? "" : matcher.group(3);
    return new Column(matcher.group(1), TYPES.get(matcher.group(2)), notNull);
  }
}
