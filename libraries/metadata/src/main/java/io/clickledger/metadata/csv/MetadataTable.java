package io.clickledger.metadata.csv;

import static io.clickledger.metadata.csv.CellRule.MAX_BUDGET_MICROS;
import static io.clickledger.metadata.csv.CellRule.MAX_PRICE_MICROS;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The tables of the schema {@code metadata}; each after those that it refers to. */
enum MetadataTable {
  ADVERTISERS(
      CsvColumn.required("advertiser_id", "text", CellRule.id()),
      CsvColumn.required("name", "text", CellRule.name()),
      CsvColumn.required("time_zone", "text", CellRule.timeZone()),
      CsvColumn.required("currency", "text", CellRule.currency())),
  CAMPAIGNS(
      CsvColumn.required("campaign_id", "text", CellRule.id()),
      CsvColumn.reference(ADVERTISERS),
      CsvColumn.required("name", "text", CellRule.name()),
      CsvColumn.required("starts_on", "date", CellRule.date()),
      CsvColumn.optional("ends_on", "date", CellRule.date()),
      CsvColumn.optional("daily_budget_micros", "bigint", CellRule.micros(MAX_BUDGET_MICROS)),
      CsvColumn.optional("total_budget_micros", "bigint", CellRule.micros(MAX_BUDGET_MICROS))),
  ADS(
      CsvColumn.required("ad_id", "text", CellRule.id()),
      CsvColumn.reference(CAMPAIGNS),
      CsvColumn.required("name", "text", CellRule.name()),
      CsvColumn.required("cpc_micros", "bigint", CellRule.micros(MAX_PRICE_MICROS))),
  PUBLISHERS(
      CsvColumn.required("publisher_id", "text", CellRule.id()),
      CsvColumn.required("name", "text", CellRule.name()),
      CsvColumn.required("domain", "text", CellRule.domain()),
      CsvColumn.required("revenue_share_percent", "numeric", CellRule.percent()));

  /** In every file, beside the table's own columns; the file may do without it. */
  static final CsvColumn VALID_FROM =
      CsvColumn.optional("valid_from", "timestamptz", CellRule.instant());

  private final List<CsvColumn> columns;

  MetadataTable(CsvColumn... columns) {
    this.columns = List.of(columns);
  }

  /** The table whose file this is, by its name; the folder does not matter. */
  static Optional<MetadataTable> of(Path file) {
    return Arrays.stream(values()).filter(table -> file.endsWith(table.fileName())).findFirst();
  }

  String tableName() {
    return name().toLowerCase(Locale.ROOT);
  }

  String fileName() {
    return tableName() + ".csv";
  }

  /** The first one is the identity. */
  List<CsvColumn> columns() {
    return columns;
  }

  String idColumn() {
    return columns.get(0).name();
  }
}
