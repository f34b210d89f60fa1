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

  /** Whether the check failed. */
  public boolean failed() {
    return status == Status.ERROR;
  }

  /** For the operator: what failed on what, and why. */
  public String fault() {
    return table + ": " + instance + ": " + message;
  }
}
