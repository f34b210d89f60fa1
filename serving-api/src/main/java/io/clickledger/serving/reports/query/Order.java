package io.clickledger.serving.reports.query;

/**
 * One key of an order of rows.
 *
 * @param column {@code start}, a dimension or a measure
 */
public record Order(String column, Direction direction) {

  /** The column of a period's start. */
  public static final String START = "start";

  /** Which rows come first. */
  public enum Direction {
    ASCENDING,
    DESCENDING
  }

  /** As in the parameter: {@code -valid_clicks} has the greatest first. */
  public String word() {
    return direction == Direction.DESCENDING ? "-" + column : column;
  }
}
