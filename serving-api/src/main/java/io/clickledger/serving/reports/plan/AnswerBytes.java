package io.clickledger.serving.reports.plan;

import io.clickledger.serving.reports.query.ReportQuery;
import java.util.Collection;

/** The memory that a kept answer takes, its key counted: estimated by the layout of the JVM. */
final class AnswerBytes {
  private static final int PLAN = 600;
  private static final int ROW = 160;
  private static final int NUMBER = 32;
  private static final int TEXT = 64;

  private AnswerBytes() {}

  static int of(ReportPlan plan, ReportRows rows) {
    long bytes = of(plan.query());
    for (ReportRow row : rows.rows()) {
      bytes += ROW + (long) NUMBER * row.measures().size() + texts(row.values());
    }
    for (Restatement restatement : rows.restatements()) {
      bytes +=
          ROW
              + texts(restatement.causes())
              + (long) (NUMBER + TEXT)
                  * (restatement.clicks().size() + restatement.costMicros().size());
    }
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }

  static int of(ReportQuery query) {
    return PLAN
        + (int) query.filters().values().stream().mapToLong(AnswerBytes::texts).sum()
        + (int) query.exclusions().values().stream().mapToLong(AnswerBytes::texts).sum()
        + TEXT * (query.groupBy().size() + query.orderBy().size());
  }

  private static long texts(Collection<String> texts) {
    long bytes = 0;
    for (String text : texts) {
      bytes += TEXT + (text == null ? 0 : text.length());
    }
    return bytes;
  }
}
