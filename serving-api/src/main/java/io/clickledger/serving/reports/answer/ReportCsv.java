package io.clickledger.serving.reports.answer;

import io.clickledger.serving.reports.plan.ReportAnswer;
import io.clickledger.serving.reports.plan.ReportRow;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Periods;
import io.clickledger.serving.reports.query.ReportQuery;
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

  static String write(ReportAnswer answer, NameColumns names) {
    ReportQuery query = answer.query();
    StringBuilder csv = new StringBuilder();
    append(header(query, names), csv);
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
      append(fields, csv);
    }
    return csv.toString();
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

  private static void append(List<String> fields, StringBuilder csv) {
    csv.append(fields.stream().map(ReportCsv::quoted).collect(Collectors.joining(",")));
    csv.append(LINE_END);
  }

  /** OWASP's list of what makes a spreadsheet read a cell as a formula; an apostrophe stops it. */
  private static String text(String value) {
    if (value == null) {
      return "";
    }
    return !value.isEmpty() && "=+-@\t\r\n".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
  }

  private static String quoted(String field) {
    boolean mustQuote =
        field.contains(",") || field.contains("\"") || field.contains("\n") || field.contains("\r");
    return mustQuote ? "\"" + field.replace("\"", "\"\"") + "\"" : field;
  }
}
