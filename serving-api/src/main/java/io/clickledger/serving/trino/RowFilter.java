package io.clickledger.serving.trino;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which rows a statement may read, as a condition.
 *
 * @param text with a ? for each value; columns of it come from our code, never from a request
 * @param values in the order of the text
 */
public record RowFilter(String text, List<String> values) {

  /** Every row. */
  public static final RowFilter ALL = new RowFilter("TRUE", List.of());

  public RowFilter {
    values = List.copyOf(values);
  }

  /** Rows that have, in each of these columns, one of its values. */
  public static RowFilter of(Map<String, ? extends Set<String>> wanted) {
    return of(wanted, Map.of());
  }

  /** Those of them that have, in each of these columns, none of its values. */
  public static RowFilter of(
      Map<String, ? extends Set<String>> wanted, Map<String, ? extends Set<String>> unwanted) {
    StringBuilder text = new StringBuilder("TRUE");
    List<String> values = new ArrayList<>();
    wanted.forEach(
        (column, allowed) -> {
          text.append("\n  AND ").append(condition(column, allowed));
          allowed.stream().filter(value -> !value.isEmpty()).forEach(values::add);
        });
    unwanted.forEach(
        (column, refused) -> {
          // With null, IN is null, and NOT does not change that.
          text.append("\n  AND NOT COALESCE(")
              .append(condition(column, refused))
              .append(", FALSE)");
          refused.stream().filter(value -> !value.isEmpty()).forEach(values::add);
        });
    return new RowFilter(text.toString(), values);
  }

  /** The empty text stands for null. A column that may have no value at all leaves no row. */
  private static String condition(String column, Set<String> allowed) {
    if (allowed.isEmpty()) {
      return "FALSE";
    }
    String isNull = allowed.contains("") ? column + " IS NULL" : "";
    long values = allowed.stream().filter(value -> !value.isEmpty()).count();
    if (values == 0) {
      return isNull;
    }
    String in =
        "%s IN (%s)".formatted(column, String.join(", ", Collections.nCopies((int) values, "?")));
    return isNull.isEmpty() ? in : "(" + in + " OR " + isNull + ")";
  }
}
