package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_add;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.from_utc_timestamp;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.to_utc_timestamp;
import static org.apache.spark.sql.functions.when;

import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * The histories in ref, and local days by them: by SQL alone, not as ChargeClicks knows them.
 *
 * @param tables the rows of a table of ref
 */
record ReferenceVersions(Function<TableName, Dataset<Row>> tables) {
  /** Since when a version is in force: the first one since ever. */
  static final String FROM = "version_from";

  /** Until when; null for an open end. */
  static final String TO = "version_to";

  private static final String START = "quarter_hour_start";
  private static final String OF = "version_of";

  /** The rows of a table as the run read it. */
  Dataset<Row> rows(TableName table) {
    return tables.apply(table);
  }

  /** The versions of a table that are or were in force. */
  Dataset<Row> inForce(TableName table, String id) {
    var inOrder =
        Window.partitionBy(id).orderBy(RefAdvertisers.VALID_FROM, RefAdvertisers.VERSION_ID);
    return rows(table)
        .withColumn(TO, lead(RefAdvertisers.VALID_FROM, 1).over(inOrder))
        .withColumn(
            FROM,
            when(lag(RefAdvertisers.VALID_FROM, 1).over(inOrder).isNull(), lit(Instant.EPOCH))
                .otherwise(col(RefAdvertisers.VALID_FROM)))
        .where(col(TO).isNull().or(col(FROM).lt(col(TO))));
  }

  /** Whether a version is in force at some time of a local day of any zone. */
  static Column inForceNear(String day) {
    Column start = col(day).cast("timestamp");
    return col(FROM)
        .lt(start.plus(expr("INTERVAL 2 DAYS")))
        .and(col(TO).isNull().or(col(TO).gt(start.minus(expr("INTERVAL 1 DAYS")))));
  }

  /** Adds columns of the version at the start of the quarter hour of a click. */
  Dataset<Row> at(Dataset<Row> rows, String time, TableName table, String id, String... columns) {
    Dataset<Row> versions =
        inForce(table, id)
            .select(
                Stream.concat(
                        Stream.of(col(id).as(OF), col(FROM), col(TO)),
                        Stream.of(columns).map(column -> col(column)))
                    .toArray(Column[]::new));
    return rows.withColumn(
            START,
            expr(
                "timestamp_seconds(unix_seconds(%1$s) - pmod(unix_seconds(%1$s), 900))"
                    .formatted(time)))
        .join(
            broadcast(versions),
            col(id)
                .equalTo(col(OF))
                .and(col(START).geq(col(FROM)))
                .and(col(TO).isNull().or(col(START).lt(col(TO)))),
            "left")
        .drop(OF, FROM, TO, START);
  }

  /** Adds the local day of a time, and leaves out days that have not ended before an instant. */
  Dataset<Row> onEndedDays(Dataset<Row> rows, String time, Instant through) {
    Column zone = col(RefAdvertisers.TIME_ZONE);
    Column end =
        to_utc_timestamp(date_add(col(BillingLedger.BILLING_DAY), 1).cast("timestamp"), zone);
    return at(
            rows,
            time,
            RefAdvertisers.TABLE,
            RefAdvertisers.ADVERTISER_ID,
            RefAdvertisers.TIME_ZONE)
        .withColumn(BillingLedger.BILLING_DAY, to_date(from_utc_timestamp(col(time), zone)))
        .where(end.leq(lit(through)))
        .drop(RefAdvertisers.TIME_ZONE);
  }
}
