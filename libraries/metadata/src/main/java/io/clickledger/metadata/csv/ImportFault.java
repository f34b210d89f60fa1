package io.clickledger.metadata.csv;

import io.clickledger.rules.text.Excerpt;
import java.nio.file.Path;

/**
 * Why a line, or a whole file, cannot be imported.
 *
 * @param line from 1, the header included; 0 where the file as a whole is meant
 * @param column empty where the line as a whole is meant
 * @param detail what must be, and what was
 */
public record ImportFault(Path file, long line, String column, String detail) {

  static ImportFault ofFile(Path file, String detail) {
    return new ImportFault(file, 0, "", detail);
  }

  static ImportFault ofLine(Path file, long line, String detail) {
    return new ImportFault(file, line, "", detail);
  }

  /** "must be such and such, was what the cell held". */
  static ImportFault ofCell(Path file, long line, String column, String allowed, String cell) {
    return new ImportFault(file, line, column, "must be " + allowed + ", was " + shown(cell));
  }

  static String shown(String cell) {
    return cell.isEmpty() ? "empty" : Excerpt.quoted(cell);
  }

  /** {@code file:line: column: detail}, without the parts that are not meant. */
  @Override
  public String toString() {
    return file
        + (line == 0 ? "" : ":" + line)
        + (column.isEmpty() ? "" : ": " + column)
        + ": "
        + detail;
  }
}
