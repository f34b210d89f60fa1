package io.clickledger.batch.fraud.shadow;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.spark.KeptRows;
import java.time.LocalDate;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Prints as CSV what rules and a model in shadow would have changed on final days, by the verdicts
 * of the current publication.
 */
final class DryRunRulesJob {
  private final SparkSession spark;
  private final Consumer<String> out;

  /**
   * @param out takes the lines of the CSV
   */
  DryRunRulesJob(SparkSession spark, Consumer<String> out) {
    this.spark = spark;
    this.out = out;
  }

  /**
   * Prints a header, the totals, and the rows with the most money.
   *
   * @param from first UTC day
   * @param to day after the last one
   * @param limit maximum number of rows beside the totals
   * @return how many rows were left out
   * @throws RefusedException where a day is not final
   */
  long run(LocalDate from, LocalDate to, int limit) {
    Publication current =
        new Publications(LakeTables.load(spark, BillingPublications.TABLE))
            .current()
            .orElseThrow(() -> new RefusedException("no day is final yet"));
    if (BillingRunDays.start(to).isAfter(current.through())) {
      throw new RefusedException(
          "to must be at most the day of %s, through which days are final, was %s"
              .formatted(current.through(), to));
    }
    Dataset<Row> verdicts =
        spark
            .read()
            .option(SparkReadOptions.SNAPSHOT_ID, current.snapshotOf(FraudClickVerdicts.TABLE))
            .table(FraudClickVerdicts.TABLE.toString())
            .where(
                UtcDays.contain(
                    new TreeSet<>(from.datesUntil(to).toList()), FraudClickVerdicts.CLICKED_AT));
    try (KeptRows kept = KeptRows.of(ShadowChanges.of(verdicts))) {
      Dataset<Row> changes = kept.rows();
      out.accept(String.join(",", ShadowChanges.COLUMNS));
      print(ShadowChanges.totals(changes).collectAsList());
      List<Row> greatest = ShadowChanges.greatest(changes, limit).collectAsList();
      print(greatest);
      return changes.count() - greatest.size();
    }
  }

  private void print(List<Row> rows) {
    rows.forEach(
        row ->
            out.accept(
                IntStream.range(0, row.size())
                    .mapToObj(i -> cell(row.get(i)))
                    .collect(Collectors.joining(","))));
  }

  /** Null is an empty cell. Ids may hold anything that a sender or an operator chose. */
  private static String cell(Object value) {
    String text = value == null ? "" : value.toString();
    return text.chars().anyMatch(c -> c == ',' || c == '"' || c < ' ')
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }
}
