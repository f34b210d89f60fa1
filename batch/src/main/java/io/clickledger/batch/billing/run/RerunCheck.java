package io.clickledger.batch.billing.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.billing.rollup.RollupDifferences;
import io.clickledger.lake.publish.Publication;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.TableName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Compares the rows of a branch, on which a run was computed again, with those that the run
 * published: the days of the run in the tables of clicks, all rows of the others. Sketches of users
 * are compared by their estimates, because their bytes depend on the order of merging.
 */
record RerunCheck(RecordedRun run, BillingRunBranch branch, Consumer<String> progress) {
  private static final int MAX_NAMED = 5;

  private static final Map<TableName, String> ROLLUPS =
      Map.of(
          BillingClicksByQuarterHour.TABLE,
          BillingClicksByQuarterHour.QUARTER_HOUR,
          BillingClicksByDay.TABLE,
          BillingClicksByDay.DAY);

  /** The differences, one sentence each. */
  List<String> differences() {
    List<String> differences = new ArrayList<>();
    Map<TableName, Long> rows = branch.rows();
    for (TableName table : Publication.FINAL_TABLES) {
      int before = differences.size();
      Long published = run.published().totals().rows().get(table);
      if (published != null && !published.equals(rows.get(table))) {
        differences.add(
            "%s: the run published %d rows in all, computed again it has %d"
                .formatted(table, published, rows.get(table)));
      }
      compare(table, differences);
      if (differences.size() == before) {
        progress.accept("%s: equal".formatted(table));
      }
    }
    return differences;
  }

  private void compare(TableName table, List<String> differences) {
    Dataset<Row> published = run.published(table).where(isCompared(table));
    Dataset<Row> again = branch.rows(table).where(isCompared(table));
    name(
        withoutUsers(published).exceptAll(withoutUsers(again)),
        table + ": published, not computed again: ",
        differences);
    name(
        withoutUsers(again).exceptAll(withoutUsers(published)),
        table + ": computed again, not published: ",
        differences);
    if (ROLLUPS.containsKey(table)) {
      name(
          RollupDifferences.ofUsers(published, again, ROLLUPS.get(table)),
          table + ": other estimated users: ",
          differences);
    }
  }

  private Column isCompared(TableName table) {
    SortedSet<LocalDate> days = run.days().days();
    if (table.equals(FraudClickVerdicts.TABLE)) {
      return UtcDays.contain(days, FraudClickVerdicts.CLICKED_AT);
    }
    if (table.equals(BillingClicksByQuarterHour.TABLE)) {
      return UtcDays.contain(days, BillingClicksByQuarterHour.QUARTER_HOUR);
    }
    return table.equals(BillingClicksByDay.TABLE)
        ? col(BillingClicksByDay.DAY).isInCollection(days)
        : lit(true);
  }

  private static Dataset<Row> withoutUsers(Dataset<Row> rows) {
    return rows.select(
        Stream.of(rows.columns())
            .filter(column -> !column.equals(ClickMeasures.UNIQUE_USERS_HLL))
            .map(column -> col(column))
            .toArray(Column[]::new));
  }

  private static void name(Dataset<Row> rows, String what, List<String> differences) {
    List<Row> some = rows.limit(MAX_NAMED).collectAsList();
    some.forEach(row -> differences.add(what + row));
    if (some.size() == MAX_NAMED) {
      differences.add(what + rows.count() + " rows in all");
    }
  }
}
