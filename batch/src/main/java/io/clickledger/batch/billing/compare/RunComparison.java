package io.clickledger.batch.billing.compare;

import io.clickledger.lake.publish.Publication;
import io.clickledger.programs.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.apache.spark.sql.SparkSession;

/**
 * The differences of two published runs: what they read, and clicks and money by cause.
 *
 * @param inputs a line for each input that is not the same
 * @param clicks of billing.clicks_by_day
 * @param ledger of billing.ledger and billing.adjustments, in micros
 */
public record RunComparison(
    RunPair runs,
    List<String> inputs,
    SortedMap<ClickDifferences.Key, ClickDifferences.Sums> clicks,
    SortedMap<LedgerDifferences.Key, Long> ledger) {

  /**
   * Compares two runs, in the order of their publications.
   *
   * @param publications all of them
   * @throws RefusedException where one of the runs published nothing
   */
  public static RunComparison of(
      SparkSession spark, List<Publication> publications, String one, String other) {
    RunPair runs = RunPair.of(spark, publications, one, other);
    return new RunComparison(
        runs,
        InputDifferences.lines(runs),
        new ClickDifferences(runs).byCause(),
        new LedgerDifferences(runs).byCause());
  }

  /** Whether each difference of clicks and their cost has a cause. */
  public boolean isExplained() {
    return clicks.keySet().stream()
        .noneMatch(key -> key.cause().equals(ClickDifferences.UNEXPLAINED));
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "run %s, publication %d, and run %s, publication %d"
            .formatted(
                runs.earlier().runId(),
                runs.earlier().publicationId(),
                runs.later().runId(),
                runs.later().publicationId()));
    lines.add(inputs.isEmpty() ? "they read the same" : "they read differently:");
    inputs.forEach(line -> lines.add("  " + line));
    lines.add(
        clicks.isEmpty()
            ? "clicks: no difference"
            : "clicks, later minus earlier: cause, gross clicks, valid clicks, cost in micros");
    clicks.forEach(
        (key, sums) ->
            lines.add(
                line(
                    "  %-24s %+,14d %+,14d %+,18d %s",
                    key.cause(),
                    sums.grossClicks(),
                    sums.validClicks(),
                    sums.costMicros(),
                    key.currency())));
    lines.add(
        ledger.isEmpty()
            ? "ledger: no difference"
            : "ledger, later minus earlier: account, cause, debits minus credits in micros");
    ledger.forEach(
        (key, micros) ->
            lines.add(
                line(
                    "  %-24s %-24s %+,18d %s",
                    key.account(), key.cause(), micros, key.currency())));
    return lines;
  }

  private static String line(String format, Object... cells) {
    return String.format(Locale.ROOT, format, cells).stripTrailing();
  }
}
