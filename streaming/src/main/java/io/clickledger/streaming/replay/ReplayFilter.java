package io.clickledger.streaming.replay;

import static org.apache.spark.sql.functions.col;

import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.schemas.RawRejectedClicks;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Selects rows of raw.rejected_clicks: those with one of the reasons that landed in [from, to);
 * with a limit, the oldest ones.
 */
record ReplayFilter(
    SortedSet<RejectionReason> reasons,
    Instant from,
    Instant to,
    Optional<String> field,
    Optional<String> detailContains,
    OptionalInt limit) {

  ReplayFilter {
    reasons = new TreeSet<>(reasons);
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("reasons must hold at least one, was empty");
    }
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("--from must be before --to, was " + from + " and " + to);
    }
  }

  /** The rows of it among all rejected ones. */
  Dataset<Row> apply(Dataset<Row> rejected) {
    Dataset<Row> rows =
        rejected.where(
            col(RawRejectedClicks.LANDED_AT)
                .geq(Timestamp.from(from))
                .and(col(RawRejectedClicks.LANDED_AT).lt(Timestamp.from(to)))
                .and(
                    col(RawRejectedClicks.REASON)
                        .isin(reasons.stream().map(RejectionReason::name).toArray())));
    if (field.isPresent()) {
      rows = rows.where(col(RawRejectedClicks.FIELD).equalTo(field.get()));
    }
    if (detailContains.isPresent()) {
      rows = rows.where(col(RawRejectedClicks.DETAIL).contains(detailContains.get()));
    }
    if (limit.isPresent()) {
      rows =
          rows.orderBy(
                  RawRejectedClicks.LANDED_AT,
                  RawRejectedClicks.KAFKA_PARTITION,
                  RawRejectedClicks.KAFKA_OFFSET)
              .limit(limit.getAsInt());
    }
    return rows;
  }

  @Override
  public String toString() {
    return "reason %s%s%s, landed from %s until before %s%s"
        .formatted(
            reasons.stream().map(RejectionReason::name).collect(Collectors.joining(", ")),
            field.map(name -> ", field " + name).orElse(""),
            detailContains.map(part -> ", detail with \"" + part + "\"").orElse(""),
            from,
            to,
            limit.isPresent() ? ", the first " + limit.getAsInt() : "");
  }
}
