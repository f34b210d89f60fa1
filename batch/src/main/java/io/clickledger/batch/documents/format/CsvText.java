package io.clickledger.batch.documents.format;

/** Texts that others chose, as cells of a CSV file that people open in a spreadsheet. */
public final class CsvText {
  /** OWASP's list of what makes a spreadsheet read a cell as a formula. */
  private static final String STARTS_FORMULA = "=+-@\t\r\n";

  private CsvText() {}

  /** The text, behind an apostrophe where it would be read as a formula. */
  public static String of(String text) {
    return !text.isEmpty() && STARTS_FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
  }
}
