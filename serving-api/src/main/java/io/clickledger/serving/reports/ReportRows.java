package io.clickledger.serving.reports;

import java.util.List;

/**
 * The rows of a report in the order asked for.
 *
 * @param isTruncated whether the limit left rows off
 */
public record ReportRows(List<ReportRow> rows, boolean isTruncated) {

  public ReportRows {
    rows = List.copyOf(rows);
  }
}
