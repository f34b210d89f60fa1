package io.clickledger.batch.documents;

import io.clickledger.programs.WrongUsageException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.YearMonth;
import picocli.CommandLine.Option;

/** Options of both documents. */
final class DocumentArguments {
  @Option(
      names = "--month",
      required = true,
      paramLabel = "YYYY-MM",
      description = "The local billing days of this month.")
  private String month;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the CSV, JSON and HTML files go; made if it is not there.")
  private Path out;

  YearMonth month() {
    return month(month);
  }

  Path out() {
    return out;
  }

  /** Reads a month as it is given. */
  static YearMonth month(String text) {
    try {
      return YearMonth.parse(text);
    } catch (DateTimeException e) {
      throw new WrongUsageException("--month must be a month as YYYY-MM, was " + text);
    }
  }
}
