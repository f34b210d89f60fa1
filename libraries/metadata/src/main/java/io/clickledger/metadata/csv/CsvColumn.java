package io.clickledger.metadata.csv;

/**
 * A column of a table and of its CSV file.
 *
 * @param sqlType what its text is cast to
 * @param referenced the table whose id it holds; null for none
 */
record CsvColumn(
    String name, String sqlType, CellRule rule, Presence presence, MetadataTable referenced) {

  /** Whether its cells may be empty. */
  enum Presence {
    REQUIRED,
    OPTIONAL
  }

  static CsvColumn required(String name, String sqlType, CellRule rule) {
    return new CsvColumn(name, sqlType, rule, Presence.REQUIRED, null);
  }

  static CsvColumn optional(String name, String sqlType, CellRule rule) {
    return new CsvColumn(name, sqlType, rule, Presence.OPTIONAL, null);
  }

  /** A column that holds an id of another table. */
  static CsvColumn reference(MetadataTable referenced) {
    return new CsvColumn(
        referenced.idColumn(), "text", CellRule.id(), Presence.REQUIRED, referenced);
  }
}
