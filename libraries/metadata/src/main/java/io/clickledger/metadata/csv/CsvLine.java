package io.clickledger.metadata.csv;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One line of a CSV file, as it is to be written.
 *
 * @param values canonical text by column, valid_from excepted; null for empty; a cell with a fault
 *     is missing
 * @param validFrom null where the line does not say it
 * @param faults how many of its cells have one
 */
record CsvLine(
    MetadataTable table,
    Path file,
    long number,
    Map<String, String> values,
    Instant validFrom,
    int faults) {

  /** The values of a column, one for each line. */
  static Object[] values(List<CsvLine> lines, String column) {
    return lines.stream().map(line -> line.values().get(column)).toArray();
  }

  /** Null where the cell has a fault. */
  String id() {
    return values.get(table.idColumn());
  }

  boolean isSound() {
    return faults == 0;
  }

  ImportFault fault(String column, String detail) {
    return new ImportFault(file, number, column, detail);
  }
}
