package io.clickledger.serving.reports.answer;

import io.clickledger.serving.reports.plan.ReportAnswer;
import io.clickledger.serving.reports.plan.ReportRow;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Periods;
import io.clickledger.serving.reports.query.ReportQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * A report's rows as CSV (RFC 4180). No text can become a formula in a spreadsheet; null is an
 * empty field.
 */
final class ReportCsv {

  private ReportCsv() {}

  static String write(ReportAnswer answer, NameColumns names) {
    StringBuilder csv = new StringBuilder();
    try (CSVPrinter printer = new CSVPrinter(csv, CSVFormat.RFC4180)) {
      write(answer, names, printer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return csv.toString();
  }

  private static void write(ReportAnswer answer, NameColumns names, CSVPrinter csv)
      throws IOException {
    ReportQuery query = answer.query();
    csv.printRecord(header(query, names));
    Periods periods = query.periods();
    for (ReportRow row : answer.rows().rows()) {
      List<String> fields = new ArrayList<>();
      fields.add(ReportJson.local(periods.start(row.place()), query.zone()));
      fields.add(ReportJson.local(periods.end(row.place()), query.zone()));
      for (int i = 0; i < query.groupBy().size(); i++) {
        Dimension dimension = query.groupBy().get(i);
        String value = row.values().get(i);
        fields.add(text(value));
        if (names.has(dimension)) {
          fields.add(text(names.name(dimension, value)));
        }
      }
      row.measures().forEach(measure -> fields.add(String.valueOf(measure)));
      fields.add(row.finality().word());
      fields.add(row.basis().word());
      fields.add(String.valueOf(row.revision()));
      fields.add(String.valueOf(row.isOpen()));
      csv.printRecord(fields);
    }
  }

  private static List<String> header(ReportQuery query, NameColumns names) {
    List<String> columns = new ArrayList<>(List.of("start", "end"));
    for (Dimension dimension : query.groupBy()) {
      columns.add(dimension.column());
      if (names.has(dimension)) {
        columns.add(NameColumns.column(dimension));
      }
    }
    query.measures().forEach(measure -> columns.add(measure.column()));
    columns.addAll(List.of("finality", "basis", "revision", "open"));
    return columns;
  }

  /** OWASP's list of what makes a spreadsheet read a cell as a formula; an apostrophe stops it. */
  private static String text(String value) {
    if (value == null) {
      return "";
    }
    return !value.isEmpty() && "=+-@\t\r\n".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
  }
}
