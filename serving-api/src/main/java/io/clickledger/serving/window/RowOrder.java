package io.clickledger.serving.window;

import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.Order;
import io.clickledger.serving.reports.query.ReportQuery;
import java.util.Comparator;
import java.util.List;

/** The order of a report's rows, as clicks.sql has it: what was asked for, then the whole grain. */
final class RowOrder {

  /** Where the 16-bit units of characters beyond 16 bits begin, and where they end. */
  private static final char FIRST_SURROGATE = 0xD800;

  private static final char AFTER_SURROGATES = 0xE000;

  private RowOrder() {}

  static Comparator<CountedRow> of(ReportQuery query) {
    List<String> dimensions = query.groupBy().stream().map(Dimension::column).toList();
    List<String> sums = query.sums().stream().map(Measure::column).toList();
    Comparator<CountedRow> order = (one, other) -> 0;
    for (Order key : query.orderBy()) {
      boolean isDescending = key.direction() == Order.Direction.DESCENDING;
      if (dimensions.contains(key.column())) {
        order = order.thenComparing(byValue(dimensions.indexOf(key.column()), isDescending));
      } else {
        Comparator<CountedRow> byNumber =
            key.column().equals(Order.START)
                ? Comparator.comparingInt(CountedRow::place)
                : byMeasure(sums.indexOf(key.column()));
        order = order.thenComparing(isDescending ? byNumber.reversed() : byNumber);
      }
    }
    order = order.thenComparingInt(CountedRow::place);
    for (int i = 0; i < dimensions.size(); i++) {
      order = order.thenComparing(byValue(i, false));
    }
    return order;
  }

  private static Comparator<CountedRow> byMeasure(int index) {
    return Comparator.comparingLong(row -> row.measures().get(index));
  }

  /** Null is last in either direction. */
  private static Comparator<CountedRow> byValue(int index, boolean isDescending) {
    Comparator<String> texts = RowOrder::compare;
    return Comparator.comparing(
        row -> row.values().get(index),
        Comparator.nullsLast(isDescending ? texts.reversed() : texts));
  }

  /** By code points, as Trino's bytes of UTF-8 are ordered. */
  static int compare(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        boolean bothHigh = a >= FIRST_SURROGATE && b >= FIRST_SURROGATE;
        return bothHigh && a < AFTER_SURROGATES != b < AFTER_SURROGATES
            ? Character.compare(b, a)
            : Character.compare(a, b);
      }
    }
    return Integer.compare(one.length(), other.length());
  }
}
