package io.clickledger.serving.trino;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a failed query is for a client: Trino away, not ready, overloaded, or a fault of ours. */
final class TrinoFailures {

  private static final Logger LOG = LoggerFactory.getLogger(TrinoFailures.class);

  // io.trino.spi.StandardErrorCode: user errors are below the internal ones, then resources.
  private static final int CATALOG_NOT_FOUND = 44;
  private static final int SCHEMA_NOT_FOUND = 45;
  private static final int TABLE_NOT_FOUND = 46;
  private static final int FIRST_INTERNAL = 0x1_0000;
  private static final int FIRST_RESOURCES = 0x2_0000;
  private static final int FIRST_EXTERNAL = 0x100_0000;

  private static final String TOO_SLOW = "report-too-slow";
  private static final String NO_ANSWER =
      "Trino does not answer; the numbers are safe, try again in a moment";

  private TrinoFailures() {}

  static RuntimeException of(TrinoQuery query, SQLException failure) {
    int code = failure.getErrorCode();
    if (code == CATALOG_NOT_FOUND || code == SCHEMA_NOT_FOUND || code == TABLE_NOT_FOUND) {
      LOG.warn("query {} failed: {}", query.name(), failure.getMessage());
      return away("the lake's tables are not there yet: " + message(failure), failure);
    }
    if (code > 0 && code < FIRST_INTERNAL) {
      return new IllegalStateException("Trino refused query " + query.name(), failure);
    }
    if (code == 0) {
      // Trino itself never said a thing: asked every few seconds, the sentence is enough.
      LOG.warn("query {} failed: {}", query.name(), failure.getMessage());
    } else {
      LOG.warn("query {} failed", query.name(), failure);
    }
    if (code >= FIRST_RESOURCES && code < FIRST_EXTERNAL) {
      return new ProblemException(
          new Problem(
                  503,
                  "report-too-heavy",
                  "Report too heavy",
                  "Trino gave up on the report for want of time or memory: ask for a shorter range,"
                      + " a coarser granularity or fewer group_by, or try again later")
              .withHeader("Retry-After", "10"),
          failure);
    }
    return away(NO_ANSWER, failure);
  }

  /** Nobody asks for a while, because it did not answer before. */
  static RuntimeException away() {
    return away(NO_ANSWER, null);
  }

  /** Whether Trino did not say anything at all. */
  static boolean isSilent(Throwable failure) {
    return failure instanceof ProblemException problem
        && problem.getCause() instanceof SQLException unanswered
        && unanswered.getErrorCode() == 0;
  }

  /** Whether Trino did not say anything at all, or not in time. */
  static boolean isSilentOrTooSlow(Throwable failure) {
    return isSilent(failure)
        || failure instanceof ProblemException problem && problem.problem().slug().equals(TOO_SLOW);
  }

  static RuntimeException tooSlow(Duration limit) {
    return new ProblemException(
        new Problem(
                503,
                TOO_SLOW,
                "Report too slow",
                ("Trino did not answer within %d s: ask for a shorter range, a coarser granularity"
                        + " or fewer group_by, or try again later")
                    .formatted(limit.toSeconds()))
            .withHeader("Retry-After", "10"));
  }

  static RuntimeException busy(int waiting) {
    return tooMany("%d queries wait for Trino already: try again in a moment".formatted(waiting));
  }

  static RuntimeException waitedTooLong(Duration limit) {
    return tooMany(
        "the query waited %d s for Trino, which others use: try again in a moment"
            .formatted(limit.toSeconds()));
  }

  private static RuntimeException tooMany(String detail) {
    return new ProblemException(
        new Problem(503, "too-many-reports", "Too many reports at once", detail)
            .withHeader("Retry-After", "2"));
  }

  private static RuntimeException away(String detail, SQLException failure) {
    return new ProblemException(
        new Problem(503, "lake-unavailable", "The lake does not answer", detail)
            .withHeader("Retry-After", "5"),
        failure);
  }

  /** Trino's sentence without its query id and place: "Table 'lake.live.x' does not exist". */
  private static String message(SQLException failure) {
    return failure.getMessage().replaceFirst("^Query failed \\([^)]*\\): (line [0-9:]+: )?", "");
  }
}
