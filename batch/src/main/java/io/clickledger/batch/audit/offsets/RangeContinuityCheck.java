package io.clickledger.batch.audit.offsets;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import io.clickledger.schemas.AuditLandings;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/** Checks that landed ranges are contiguous: no gap between them and no overlap. */
public final class RangeContinuityCheck {
  private static final String KIND = "kind";
  private static final String WRONG_FROM = "wrong_from";
  private static final String WRONG_TO = "wrong_to";

  /** Maximum end of all earlier ranges: the preceding range may lie inside an earlier one. */
  private static final String END = "end_before";

  private RangeContinuityCheck() {}

  /** Finds what lies between the ranges of one topic or in two of them, table by table. */
  public static void check(Dataset<Row> ranges, Findings findings) {
    WindowSpec before =
        Window.partitionBy(AuditLandings.TABLE_NAME, AuditLandings.KAFKA_PARTITION)
            .orderBy(AuditLandings.FROM_OFFSET, AuditLandings.TO_OFFSET)
            .rowsBetween(Window.unboundedPreceding(), -1);
    Dataset<Row> found =
        ranges
            .withColumn(END, max(AuditLandings.TO_OFFSET).over(before))
            .where(col(AuditLandings.FROM_OFFSET).notEqual(col(END)))
            .select(
                col(AuditLandings.TABLE_NAME),
                col(AuditLandings.KAFKA_PARTITION),
                when(
                        col(AuditLandings.FROM_OFFSET).gt(col(END)),
                        lit(Findings.Kind.NOT_COVERED.name()))
                    .otherwise(lit(Findings.Kind.LANDED_TWICE.name()))
                    .as(KIND),
                least(col(AuditLandings.FROM_OFFSET), col(END)).as(WRONG_FROM),
                when(col(AuditLandings.FROM_OFFSET).gt(col(END)), col(AuditLandings.FROM_OFFSET))
                    .otherwise(least(col(END), col(AuditLandings.TO_OFFSET)))
                    .as(WRONG_TO));
    findings.add(
        found,
        KIND,
        RangeContinuityCheck::sentence,
        col(AuditLandings.TABLE_NAME),
        col(AuditLandings.KAFKA_PARTITION),
        col(WRONG_FROM));
  }

  private static String sentence(Row finding) {
    String kind = finding.getAs(KIND);
    OffsetRange range = OffsetRange.of(finding, WRONG_FROM, WRONG_TO);
    return (kind.equals(Findings.Kind.NOT_COVERED.name())
            ? "%s: no landing covers %s"
            : "%s: landed twice: %s")
        .formatted(finding.getAs(AuditLandings.TABLE_NAME), range);
  }
}
