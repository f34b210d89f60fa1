package io.clickledger.batch.quality;

import io.clickledger.schemas.TableName;
import java.util.OptionalDouble;

/**
 * What one check found.
 *
 * @param table the table measured
 * @param metric the kind of metric, as Deequ names it, or one of our own
 * @param instance the columns or the rule that it was taken on
 * @param value empty where it could not be computed
 * @param status Success or Error
 * @param message what was wrong; empty on success
 */
public record QualityMetric(
    TableName table,
    String metric,
    String instance,
    OptionalDouble value,
    Status status,
    String message) {

  /** Whether the check held. */
  public enum Status {
    SUCCESS("Success"),
    ERROR("Error");

    private final String text;

    Status(String text) {
      this.text = text;
    }

    /** As audit.quality_metrics writes it. */
    public String text() {
      return text;
    }
  }

  /**
   * The metric of a rule that a number of rows or clicks breaks.
   *
   * @param metric the kind of metric
   * @param rule what must hold
   * @param wrong how many break it
   * @param fault what is wrong where the number is not 0
   */
  public static QualityMetric ofFaults(
      TableName table, String metric, String rule, long wrong, String fault) {
    return new QualityMetric(
        table,
        metric,
        rule,
        OptionalDouble.of(wrong),
        wrong == 0 ? Status.SUCCESS : Status.ERROR,
        wrong == 0 ? "" : fault);
  }

  /** Whether the check failed. */
  public boolean failed() {
    return status == Status.ERROR;
  }

  /** For the operator: what failed on what, and why. */
  public String fault() {
    return table + ": " + instance + ": " + message;
  }
}
