package io.clickledger.serving.reports.plan;

import java.util.List;

/**
 * The rows of a report in the order asked for.
 *
 * @param isTruncated whether the limit left rows off
 * @param restatements of the days behind the rows, in the order of the days
 */
public record ReportRows(
    List<ReportRow> rows, boolean isTruncated, List<Restatement> restatements) {

  public ReportRows {
    rows = List.copyOf(rows);
    restatements = List.copyOf(restatements);
  }
}
