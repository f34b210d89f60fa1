package io.clickledger.batch.billing.branch;

import io.clickledger.batch.billing.input.UtcDays;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.StrictMetricsEvaluator;
import org.apache.iceberg.types.Type;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/** The days of a table whose rows a billing run was asked to replace or to delete. */
final class ReplacedDays {
  private final String time;
  private final List<UtcDays.Run> runs = new ArrayList<>();
  private RowContent kept = RowContent.NONE;

  /**
   * @param time the table's column of time: a date or a timestamp
   */
  ReplacedDays(String time) {
    this.time = time;
  }

  void add(List<UtcDays.Run> days) {
    runs.addAll(days);
  }

  /** Adds published rows of the days that stay. */
  void keep(RowContent rows) {
    kept = kept.plus(rows);
  }

  /** The published rows of the days that stay. */
  RowContent kept() {
    return kept;
  }

  /** The row is of none of the days. */
  Column excluded() {
    return runs.stream()
        .map(run -> UtcDays.between(time, run.first(), run.end()))
        .reduce(Column::or)
        .map(functions::not)
        .orElse(functions.lit(true));
  }

  /** Whether the bounds of the file say that all of its rows are of the days. */
  boolean containAll(Schema schema, DataFile file) {
    boolean isDate = schema.findType(time).typeId() == Type.TypeID.DATE;
    Expression within =
        runs.stream()
            .map(run -> within(run, isDate))
            .reduce(Expressions.alwaysFalse(), Expressions::or);
    return new StrictMetricsEvaluator(schema, within).eval(file);
  }

  private Expression within(UtcDays.Run run, boolean isDate) {
    return Expressions.and(
        Expressions.greaterThanOrEqual(time, literal(run.first(), isDate)),
        Expressions.lessThan(time, literal(run.end(), isDate)));
  }

  private static String literal(LocalDate day, boolean isDate) {
    return isDate ? day.toString() : day + "T00:00:00+00:00";
  }
}
