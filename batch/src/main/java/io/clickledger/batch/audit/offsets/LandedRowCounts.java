package io.clickledger.batch.audit.offsets;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.audit.offsets.PartitionProof.Account;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.SortedMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Compares each landing of a period with its rows: their number must equal the recorded one, they
 * must lie in the landing's range, and every row must belong to a landing.
 */
final class LandedRowCounts {
  /** How many missing offsets a landing explains. */
  static final String EXPLAINED = "explained";

  private static final String PRESENT = "present_rows";
  private static final String IN_RANGE = "rows_in_range";
  private static final String MIN_OFFSET = "least_offset";
  private static final String MAX_OFFSET = "greatest_offset";
  private static final String LACKING = "lacking_rows";
  private static final String KINDS = "kinds";
  private static final String KIND = "kind";

  private final Dataset<Row> compared;

  /**
   * @param landings of the period
   * @param rows of the period
   * @param ranges what is counted for the proof, by partition
   */
  LandedRowCounts(
      Dataset<Row> landings,
      Dataset<Row> rows,
      Dataset<Row> ranges,
      ConservationCheck.Retained retained) {
    Column inRange =
        coalesce(
            col(RawClicks.KAFKA_OFFSET)
                .geq(col(LandedPeriod.RANGE_FROM))
                .and(col(RawClicks.KAFKA_OFFSET).lt(col(LandedPeriod.RANGE_TO))),
            lit(false));
    String[] landing = {
      AuditLandings.TABLE_NAME, AuditLandings.KAFKA_PARTITION, AuditLandings.LANDED_AT
    };
    Dataset<Row> present =
        rows.join(broadcast(ranges), new String[] {RawClicks.KAFKA_PARTITION}, "left_outer")
            .groupBy(
                col(AuditLandings.TABLE_NAME),
                col(RawClicks.KAFKA_PARTITION),
                col(RawClicks.LANDED_AT))
            .agg(
                count(lit(1)).as(PRESENT),
                count_if(inRange).as(IN_RANGE),
                min(RawClicks.KAFKA_OFFSET).as(MIN_OFFSET),
                max(RawClicks.KAFKA_OFFSET).as(MAX_OFFSET));
    Column since =
        when(col(AuditLandings.TABLE_NAME).equalTo(RawClicks.TABLE.toString()), lit(retained.raw()))
            .otherwise(lit(retained.rejected()));
    Column lacking =
        when(
                col(AuditLandings.LANDED_AT).lt(since),
                col(AuditLandings.LANDED_ROWS).minus(col(PRESENT)))
            .otherwise(lit(0L));
    this.compared =
        landings
            .join(present, landing, "full_outer")
            .withColumn(PRESENT, coalesce(col(PRESENT), lit(0L)))
            .withColumn(IN_RANGE, coalesce(col(IN_RANGE), lit(0L)))
            .withColumn(LACKING, coalesce(lacking, lit(0L)))
            .withColumn(KINDS, kinds());
  }

  private static Column kinds() {
    Column landed = col(AuditLandings.LANDED_ROWS).isNotNull();
    return array_compact(
        array(
            when(not(landed), lit(Findings.Kind.NO_LANDING.name())),
            when(
                landed.and(
                    col(MIN_OFFSET)
                        .lt(col(AuditLandings.FROM_OFFSET))
                        .or(col(MAX_OFFSET).geq(col(AuditLandings.TO_OFFSET)))),
                lit(Findings.Kind.OUTSIDE_LANDING.name())),
            when(
                landed
                    .and(col(PRESENT).notEqual(col(AuditLandings.LANDED_ROWS)))
                    .and(col(LACKING).leq(0)),
                lit(Findings.Kind.ROWS_CHANGED.name()))));
  }

  /**
   * How many landings explain missing offsets.
   *
   * @param lacking those that lack rows that retention may have taken
   */
  record Totals(long acceptedGaps, long lacking) {}

  /** Enters the rows into the accounts, and what contradicts the landings into the findings. */
  Totals enter(SortedMap<Integer, Account> accounts, Findings findings) {
    String clicks = "clicks";
    String rejected = "rejected";
    String contradictions = "contradictions";
    String gaps = "gaps";
    String lacks = "lacks";
    long allContradictions = 0;
    long allGaps = 0;
    long allLacks = 0;
    for (Row row :
        compared
            .groupBy(AuditLandings.KAFKA_PARTITION)
            .agg(
                sum(inRange(RawClicks.TABLE)).as(clicks),
                sum(inRange(RawRejectedClicks.TABLE)).as(rejected),
                sum(size(col(KINDS)).cast("bigint")).as(contradictions),
                count_if(coalesce(col(AuditLandings.ACCEPTED_GAP).gt(0), lit(false))).as(gaps),
                count_if(col(LACKING).gt(0)).as(lacks))
            .collectAsList()) {
      Account account = accounts.get(row.<Integer>getAs(AuditLandings.KAFKA_PARTITION));
      if (account != null) {
        account.landed(row.<Long>getAs(clicks), row.<Long>getAs(rejected));
        account.contradicted(row.<Long>getAs(contradictions));
      }
      allContradictions += row.<Long>getAs(contradictions);
      allGaps += row.<Long>getAs(gaps);
      allLacks += row.<Long>getAs(lacks);
    }
    if (allContradictions > 0) {
      findings.add(
          compared.withColumn(KIND, explode(col(KINDS))),
          KIND,
          LandedRowCounts::sentence,
          col(AuditLandings.KAFKA_PARTITION),
          col(AuditLandings.LANDED_AT),
          col(AuditLandings.TABLE_NAME));
    }
    return new Totals(allGaps, allLacks);
  }

  private static Column inRange(TableName table) {
    return when(col(AuditLandings.TABLE_NAME).equalTo(table.toString()), col(IN_RANGE))
        .otherwise(lit(0L));
  }

  /** Offsets that a person accepted to go on without, most often in both tables. */
  static Dataset<Row> acceptedGaps(Dataset<Row> landings) {
    return landings
        .where(col(AuditLandings.ACCEPTED_GAP).gt(0))
        .select(
            col(AuditLandings.KAFKA_PARTITION),
            col(AuditLandings.FROM_OFFSET),
            col(AuditLandings.FROM_OFFSET)
                .plus(col(AuditLandings.ACCEPTED_GAP))
                .as(AuditLandings.TO_OFFSET),
            col(AuditLandings.ACCEPTED_GAP).as(EXPLAINED));
  }

  /** Landings of the table that lack rows that retention may have taken. */
  Dataset<Row> lacking(TableName table) {
    return compared
        .where(col(AuditLandings.TABLE_NAME).equalTo(table.toString()).and(col(LACKING).gt(0)))
        .select(
            col(AuditLandings.KAFKA_PARTITION),
            col(AuditLandings.FROM_OFFSET),
            col(AuditLandings.TO_OFFSET),
            col(LACKING).as(EXPLAINED));
  }

  private static String sentence(Row row) {
    String table = row.getAs(AuditLandings.TABLE_NAME);
    long present = row.<Long>getAs(PRESENT);
    Instant landedAt = row.<Timestamp>getAs(AuditLandings.LANDED_AT).toInstant();
    return switch (Findings.Kind.valueOf(row.getAs(KIND))) {
      case NO_LANDING ->
          "%s: %d rows of %s landed at %s, when no landing commit added any"
              .formatted(
                  table,
                  present,
                  range(row, row.<Long>getAs(MIN_OFFSET), row.<Long>getAs(MAX_OFFSET) + 1),
                  landedAt);
      case OUTSIDE_LANDING ->
          "%s: a row landed at %s lies outside its landing, %s"
              .formatted(table, landedAt, range(row));
      case ROWS_CHANGED ->
          "%s: landed %d rows of %s, now has %d"
              .formatted(table, row.<Long>getAs(AuditLandings.LANDED_ROWS), range(row), present);
      default -> throw new IllegalArgumentException("not of a landing: " + row);
    };
  }

  private static OffsetRange range(Row row) {
    return range(
        row, row.<Long>getAs(AuditLandings.FROM_OFFSET), row.<Long>getAs(AuditLandings.TO_OFFSET));
  }

  private static OffsetRange range(Row row, long from, long to) {
    return new OffsetRange(row.<Integer>getAs(AuditLandings.KAFKA_PARTITION), from, to);
  }
}
