package io.clickledger.batch.quality;

import com.amazon.deequ.VerificationResult;
import com.amazon.deequ.VerificationSuite;
import com.amazon.deequ.checks.Check;
import com.amazon.deequ.checks.CheckLevel;
import com.amazon.deequ.checks.CheckResult;
import com.amazon.deequ.constraints.ConstraintResult;
import com.amazon.deequ.constraints.ConstraintStatus;
import com.amazon.deequ.metrics.Metric;
import io.clickledger.schemas.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Function1;
import scala.Option;
import scala.collection.JavaConverters;

/** Deequ's checks on one dataset, in Java's words; all of them are taken in one or two scans. */
public final class QualityCheck {
  private static final Function1<Object, Object> ALL = share -> (Double) share == 1.0;

  private final TableName table;
  private final Dataset<Row> rows;
  private final Check check;

  private QualityCheck(TableName table, Dataset<Row> rows, Check check) {
    this.table = table;
    this.rows = rows;
    this.check = check;
  }

  /** Checks on the rows, filed under the table. */
  public static QualityCheck on(TableName table, Dataset<Row> rows) {
    return new QualityCheck(
        table,
        rows,
        new Check(
            CheckLevel.Error(), table.toString(), JavaConverters.asScalaBuffer(new ArrayList<>())));
  }

  /** The columns have no nulls. */
  public QualityCheck complete(Iterable<String> columns) {
    Check extended = check;
    for (String column : columns) {
      extended = extended.isComplete(column, Option.empty(), Option.empty());
    }
    return with(extended);
  }

  /** The columns' values are 0 or more. */
  public QualityCheck nonNegative(Iterable<String> columns) {
    Check extended = check;
    for (String column : columns) {
      extended = extended.isNonNegative(column, ALL, Option.empty());
    }
    return with(extended);
  }

  /** The SQL condition holds on every row. */
  public QualityCheck holds(String rule, String condition) {
    return with(
        check.satisfies(
            condition,
            rule,
            ALL,
            Option.empty(),
            scala.collection.immutable.List$.MODULE$.empty(),
            Option.empty()));
  }

  /** No two rows have the same values in the columns, nulls taken as equal. */
  public QualityCheck unique(List<String> columns) {
    return with(check.hasUniqueness(JavaConverters.asScalaBuffer(columns), ALL));
  }

  /** Takes the metrics; a failing check is a result, not an exception. */
  public List<QualityMetric> run() {
    VerificationResult result = new VerificationSuite().onData(rows).addCheck(check).run();
    List<QualityMetric> metrics = new ArrayList<>();
    for (CheckResult checked : JavaConverters.asJavaCollection(result.checkResults().values())) {
      JavaConverters.seqAsJavaList(checked.constraintResults())
          .forEach(constraint -> metrics.add(metric(constraint)));
    }
    return metrics;
  }

  private QualityMetric metric(ConstraintResult result) {
    boolean success = result.status().equals(ConstraintStatus.Success());
    Option<Metric<?>> metric = result.metric();
    return new QualityMetric(
        table,
        metric.isDefined() ? metric.get().name() : "Check",
        metric.isDefined() ? metric.get().instance() : result.constraint().toString(),
        metric.isDefined() ? value(metric.get()) : OptionalDouble.empty(),
        success ? QualityMetric.Status.SUCCESS : QualityMetric.Status.ERROR,
        success || result.message().isEmpty() ? "" : result.message().get());
  }

  private static OptionalDouble value(Metric<?> metric) {
    return metric.value().isSuccess() && metric.value().get() instanceof Double value
        ? OptionalDouble.of(value)
        : OptionalDouble.empty();
  }

  private QualityCheck with(Check extended) {
    return new QualityCheck(table, rows, extended);
  }
}
