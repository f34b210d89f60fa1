package io.clickledger.serving.reports;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A report's rows as CSV (RFC 4180). No text can become a formula in a spreadsheet; null is an
 * empty field.
 */
final class ReportCsv {

  private static final String LINE_END = "\r\n";

  private ReportCsv() {}

  static String write(ReportAnswer answer) {
    ReportQuery query = answer.query();
    StringBuilder csv = new StringBuilder();
    append(header(query), csv);
    Periods periods = query.periods();
    for (ReportRow row : answer.rows().rows()) {
      List<String> fields = new ArrayList<>();
      fields.add(ReportJson.local(periods.start(row.place()), query.zone()));
      fields.add(ReportJson.local(periods.end(row.place()), query.zone()));
      row.values().forEach(value -> fields.add(value == null ? "" : text(value)));
      row.measures().forEach(measure -> fields.add(String.valueOf(measure)));
      fields.add(row.finality().word());
      fields.add(row.basis().word());
      fields.add(String.valueOf(row.revision()));
      fields.add(String.valueOf(row.isOpen()));
      append(fields, csv);
    }
    return csv.toString();
  }

  private static List<String> header(ReportQuery query) {
    List<String> names = new ArrayList<>(List.of("start", "end"));
    query.groupBy().forEach(dimension -> names.add(dimension.column()));
    query.measures().forEach(measure -> names.add(measure.column()));
    names.addAll(List.of("finality", "basis", "revision", "open"));
    return names;
  }

  private static void append(List<String> fields, StringBuilder csv) {
    csv.append(fields.stream().map(ReportCsv::quoted).collect(Collectors.joining(",")));
    csv.append(LINE_END);
  }

  /** OWASP's list of what makes a spreadsheet read a cell as a formula; an apostrophe stops it. */
  private static String text(String value) {
    return !value.isEmpty() && "=+-@\t\r\n".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
  }

  private static String quoted(String field) {
    boolean mustQuote =
        field.contains(",") || field.contains("\"") || field.contains("\n") || field.contains("\r");
    return mustQuote ? "\"" + field.replace("\"", "\"\"") + "\"" : field;
  }
}
