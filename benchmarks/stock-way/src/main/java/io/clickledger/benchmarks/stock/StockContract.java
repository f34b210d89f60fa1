package io.clickledger.benchmarks.stock;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.spark_partition_id;

import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.schemas.RawClicks;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** The contract of a click as far as SQL can say it; whatever breaks it is dropped. */
final class StockContract {
  private static final String CLICK =
      "click_id STRING, clicked_at STRING, received_at STRING, source STRING, ad_id STRING,"
          + " publisher_id STRING, campaign_id STRING, impression_id STRING, user_id STRING,"
          + " ip_address STRING, user_agent STRING, click_url STRING, claimed_cost_micros BIGINT,"
          + " currency STRING, request_purpose STRING, suspected_duplicate BOOLEAN";

  private StockContract() {}

  /** The clicks among Kafka's records. */
  static Dataset<Row> clicks(Dataset<Row> records) {
    return accepted(decoded(records));
  }

  private static Dataset<Row> decoded(Dataset<Row> records) {
    String known =
        Stream.of(CLICK.split(", *"))
            .map(field -> "'" + field.strip().split(" ")[0] + "'")
            .reduce((a, b) -> a + ", " + b)
            .orElseThrow();
    return records
        .select(
            col("value").cast(DataTypes.StringType).as("json"),
            col("partition").as(RawClicks.KAFKA_PARTITION),
            col("offset").as(RawClicks.KAFKA_OFFSET),
            col("timestamp").as(RawClicks.KAFKA_TIMESTAMP))
        .withColumn("sent", from_json(col("json"), CLICK, Map.of()))
        .withColumn(
            RawClicks.OTHER_FIELDS,
            expr(
                "map_filter(from_json(json, 'map<string,string>'), (k, v) -> k NOT IN ("
                    + known
                    + "))"))
        .select(
            col("sent.*"),
            col(RawClicks.OTHER_FIELDS),
            col(RawClicks.KAFKA_PARTITION),
            col(RawClicks.KAFKA_OFFSET),
            col(RawClicks.KAFKA_TIMESTAMP))
        .withColumn(RawClicks.CLICK_ID, lower(col(RawClicks.CLICK_ID)))
        .withColumn(RawClicks.CLICKED_AT, time(RawClicks.CLICKED_AT))
        .withColumn(RawClicks.RECEIVED_AT, time(RawClicks.RECEIVED_AT))
        .withColumn(RawClicks.SOURCE, coalesce(col(RawClicks.SOURCE), lit("kafka")))
        .withColumn("address", StockEnrichment.canonicalAddress().apply(col("ip_address")))
        // Not deterministic, so Spark does not move the conditions on these columns below the
        // parsing, which would have it parse twice.
        .withColumn("task", spark_partition_id());
  }

  private static Column time(String column) {
    return expr(
        "CASE WHEN %1$s RLIKE '^-?[0-9]+$' THEN timestamp_millis(CAST(%1$s AS BIGINT)) ELSE CAST(%1$s AS TIMESTAMP) END"
            .formatted(column));
  }

  /** The contract as far as SQL can say it of fields that are read already. */
  private static Dataset<Row> accepted(Dataset<Row> decoded) {
    String reference = "coalesce(received_at, kafka_timestamp)";
    List<String> conditions =
        List.of(
            "click_id RLIKE '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'",
            "clicked_at >= " + reference + " - INTERVAL 35 DAYS",
            "clicked_at <= " + reference + " + INTERVAL 5 MINUTES",
            isId("ad_id"),
            isId("publisher_id"),
            "(campaign_id IS NULL OR " + isId("campaign_id") + ")",
            isShort("impression_id", ClickLimits.IMPRESSION_ID_CHARACTERS),
            isShort("user_id", ClickLimits.USER_ID_CHARACTERS),
            isShort("user_agent", ClickLimits.USER_AGENT_CHARACTERS),
            isShort("click_url", ClickLimits.CLICK_URL_CHARACTERS),
            "(click_url IS NULL OR click_url RLIKE '^https?://[^/\\\\s@]+')",
            "(ip_address IS NULL OR address IS NOT NULL)",
            "(claimed_cost_micros IS NULL) = (currency IS NULL)",
            "(claimed_cost_micros IS NULL OR claimed_cost_micros BETWEEN 0 AND "
                + ClickLimits.CLAIMED_COST_MICROS
                + ")",
            "(currency IS NULL OR currency RLIKE '^[A-Z]{3}$')",
            "source IN ('pixel', 'redirect', 's2s', 'kafka')",
            "size(other_fields) <= " + ClickLimits.OTHER_FIELDS,
            "length(to_json(other_fields)) <= " + ClickLimits.OTHER_FIELDS_BYTES);
    return decoded.where(String.join(" AND ", conditions)).where("task >= 0");
  }

  private static String isId(String column) {
    return "%s RLIKE '^[A-Za-z0-9._:-]{1,%d}$'".formatted(column, ClickLimits.ID_CHARACTERS);
  }

  private static String isShort(String column, int most) {
    return "(%1$s IS NULL OR char_length(%1$s) <= %2$d)".formatted(column, most);
  }
}
