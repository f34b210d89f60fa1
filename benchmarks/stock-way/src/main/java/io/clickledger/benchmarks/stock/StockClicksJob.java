package io.clickledger.benchmarks.stock;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_seconds;
import static org.apache.spark.sql.functions.when;

import io.clickledger.lake.LakeSession;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.fraud.RepeatClickRule;
import io.clickledger.rules.fraud.VelocityRule;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.rules.privacy.Pseudonyms;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Lands all that the topic has, then counts all that landed, then waits to be ended. Where ours
 * does more than the stock parts can, this one does less: rejected records are dropped and not
 * kept, duplicates are dropped and not counted, and no rule needs a memory.
 */
final class StockClicksJob {
  private final SparkSession spark;
  private final StockSettings settings;
  private final Broadcast<VersionDirectory<AdVersion>> ads;
  private final FraudRules rules;
  private final Broadcast<VersionDirectory<PublisherDomain>> publishers;

  private StockClicksJob(SparkSession spark, StockSettings settings, MetadataStore metadata) {
    this.spark = spark;
    this.settings = settings;
    this.ads =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(VersionDirectory.of(metadata.adVersions()));
    this.rules = metadata.fraudRules();
    this.publishers =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(VersionDirectory.of(metadata.publisherDomains()));
  }

  /** Lands all that the topic has, then counts it, and waits to be ended. */
  static void run(StockSettings settings) throws Exception {
    SparkSession spark = LakeSession.open("stock-clicks", settings.lake());
    // Columns out of JSON may be null as far as SQL knows; the conditions say otherwise.
    spark.conf().set("spark.sql.iceberg.check-nullability", "false");
    MetadataStore metadata = new MetadataStore(settings.metadata().dataSource());
    StockClicksJob job = new StockClicksJob(spark, settings, metadata);
    job.reached("ready");
    job.land();
    job.reached("landed");
    job.countLanded();
    job.reached("counted");
    TimeUnit.DAYS.sleep(1);
  }

  private void reached(String milestone) throws IOException {
    Path folder = settings.stock().milestones();
    Path written = Files.writeString(folder.resolve(milestone + ".new"), Instant.now().toString());
    Files.move(written, folder.resolve(milestone));
  }

  private void land() throws TimeoutException, StreamingQueryException {
    Dataset<Row> records =
        spark
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", settings.kafka().bootstrapServers())
            .option("subscribe", settings.kafka().clickTopic())
            .option("startingOffsets", "earliest")
            .option("maxOffsetsPerTrigger", settings.stock().maxOffsetsPerBatch())
            .load();
    enriched(StockContract.clicks(records))
        .writeStream()
        .format("iceberg")
        .outputMode("append")
        .option("fanout-enabled", "true")
        // No sort, as ours: the table is sorted by compaction.
        .option("use-table-distribution-and-ordering", "false")
        .option("checkpointLocation", settings.stock().checkpoints() + "/land")
        .trigger(Trigger.AvailableNow())
        .toTable(RawClicks.TABLE.toString())
        .awaitTermination();
  }

  private Dataset<Row> enriched(Dataset<Row> accepted) {
    Pseudonyms pseudonyms =
        new Pseudonyms("1", HexFormat.of().parseHex(settings.privacy().hashKey().reveal().strip()));
    Dataset<Row> enriched =
        accepted
            .withColumn(
                "owner",
                StockEnrichment.owner(ads).apply(col(RawClicks.AD_ID), col(RawClicks.CLICKED_AT)))
            .withColumn("device", StockEnrichment.device(rules).apply(col(RawClicks.USER_AGENT)))
            .withColumn(RawClicks.ADVERTISER_ID, col("owner.advertiser_id"))
            .withColumn(
                RawClicks.CAMPAIGN_ID,
                coalesce(col("owner.campaign_id"), col(RawClicks.CAMPAIGN_ID)))
            .withColumn(RawClicks.DEVICE_TYPE, col("device.device_type"))
            .withColumn(RawClicks.OS_TYPE, col("device.os_type"))
            .withColumn(RawClicks.BROWSER_TYPE, col("device.browser_type"))
            .withColumn("place", StockEnrichment.place().apply(col("address")))
            .withColumn(RawClicks.GEO_COUNTRY, col("place.geo_country"))
            .withColumn(RawClicks.GEO_CITY, col("place.geo_city"))
            .withColumn(RawClicks.NETWORK, col("place.network"))
            .withColumn(
                RawClicks.FRAUD_FLAGS,
                StockEnrichment.flags(rules)
                    .apply(
                        col(RawClicks.DEVICE_TYPE),
                        col(RawClicks.USER_AGENT),
                        col("address"),
                        col(RawClicks.NETWORK),
                        col(RawClicks.REQUEST_PURPOSE)))
            .withColumn(
                RawClicks.PAGE_HOST,
                StockEnrichment.pageHost().apply(col(RawClicks.OTHER_FIELDS).getItem("page_url")))
            .withColumn(RawClicks.RULES_VERSION, lit(rules.version()))
            .withColumn(
                RawClicks.IP_TRUNCATED, StockEnrichment.truncatedAddress().apply(col("address")))
            .withColumn(
                RawClicks.IP_HASH,
                StockEnrichment.pseudonym(pseudonyms)
                    .apply(StockEnrichment.subscriber().apply(col("address"))))
            .withColumn(
                RawClicks.USER_HASH,
                StockEnrichment.pseudonym(pseudonyms)
                    .apply(StockEnrichment.user().apply(col("user_id"))))
            .withColumn(RawClicks.HASH_KEY_ID, lit(pseudonyms.keyId()))
            .withColumn(RawClicks.LANDED_AT, current_timestamp());
    return inOrderOf(RawClicks.TABLE.toString(), enriched);
  }

  /**
   * Partials of each batch, as ours: an aggregation in the stream itself would keep every sketch in
   * its state, and drop late clicks.
   */
  private void countLanded() throws TimeoutException, StreamingQueryException {
    VoidFunction2<Dataset<Row>, Long> append = (clicks, batchId) -> append(clicks);
    spark
        .readStream()
        .option(
            "streaming-max-rows-per-micro-batch",
            String.valueOf(settings.stock().maxOffsetsPerBatch()))
        .table(RawClicks.TABLE.toString())
        .withWatermark(RawClicks.LANDED_AT, settings.stock().dedupWindow().toSeconds() + " seconds")
        .dropDuplicatesWithinWatermark(new String[] {RawClicks.CLICK_ID})
        .writeStream()
        .outputMode("append")
        .option("checkpointLocation", settings.stock().checkpoints() + "/count")
        .trigger(Trigger.AvailableNow())
        .foreachBatch(append)
        .start()
        .awaitTermination();
  }

  private void append(Dataset<Row> clicks) throws NoSuchTableException {
    Column isValid = col("verdict").equalTo(Verdict.VALID.name());
    Dataset<Row> partials =
        clicks
            .withColumn(
                "verdict",
                StockEnrichment.verdict(rules)
                    .apply(
                        concat(
                            col(RawClicks.FRAUD_FLAGS),
                            StockEnrichment.publisherFlags(rules, publishers)
                                .apply(
                                    col(RawClicks.PUBLISHER_ID),
                                    col(RawClicks.PAGE_HOST),
                                    col(RawClicks.CLICKED_AT)))))
            .withColumn("verdict", withStatefulRules())
            .withColumn(
                "owner",
                StockEnrichment.owner(ads).apply(col(RawClicks.AD_ID), col(RawClicks.CLICKED_AT)))
            .withColumn(RawClicks.ADVERTISER_ID, col("owner.advertiser_id"))
            .withColumn(
                RawClicks.CAMPAIGN_ID,
                coalesce(col("owner.campaign_id"), col(RawClicks.CAMPAIGN_ID)))
            .withColumn(ClickDimensions.CURRENCY, col("owner.currency"))
            .groupBy(
                date_trunc("minute", col(RawClicks.CLICKED_AT)).as(LiveClicksByMinute.MINUTE),
                col(ClickDimensions.ADVERTISER_ID),
                col(ClickDimensions.CAMPAIGN_ID),
                col(ClickDimensions.AD_ID),
                col(ClickDimensions.PUBLISHER_ID),
                col(ClickDimensions.GEO_COUNTRY),
                col(ClickDimensions.DEVICE_TYPE),
                col(ClickDimensions.CURRENCY))
            .agg(
                count(lit(1)).as(ClickMeasures.GROSS_CLICKS),
                lit(0L).as(ClickMeasures.DUPLICATE_CLICKS),
                countOf(Verdict.GENERAL_INVALID).as(ClickMeasures.GENERAL_INVALID_CLICKS),
                countOf(Verdict.SOPHISTICATED_INVALID)
                    .as(ClickMeasures.SOPHISTICATED_INVALID_CLICKS),
                countOf(Verdict.VALID).as(ClickMeasures.VALID_CLICKS),
                sum(when(isValid, coalesce(col("owner.cpc_micros"), lit(0L))).otherwise(lit(0L)))
                    .as(ClickMeasures.COST_MICROS),
                call_function("hll_sketch_agg", when(isValid, col(RawClicks.USER_HASH)), lit(12))
                    .as(ClickMeasures.UNIQUE_USERS_HLL),
                max(col(RawClicks.LANDED_AT)).as(LiveClicksByMinute.LANDED_AT));
    inOrderOf(LiveClicksByMinute.TABLE.toString(), partials)
        .writeTo(LiveClicksByMinute.TABLE.toString())
        .option("fanout-enabled", "true")
        .option("use-table-distribution-and-ordering", "false")
        .append();
  }

  /**
   * Velocity and repeat clicks by Spark's window functions, which see the batch and nothing before
   * it.
   */
  private Column withStatefulRules() {
    Column matched = lit(false);
    for (VelocityRule rule : rules.velocityRules()) {
      Column key =
          rule.key() == VelocityRule.Key.IP_ADDRESS
              ? col(RawClicks.IP_HASH)
              : col(RawClicks.USER_HASH);
      Column clicks = count(lit(1)).over(of(key).rangeBetween(1 - rule.window().toSeconds(), 0));
      matched = matched.or(key.isNotNull().and(clicks.gt(rule.limit())));
    }
    for (RepeatClickRule rule : rules.repeatClickRules()) {
      Column user = col(RawClicks.USER_HASH);
      Column clicks =
          count(lit(1))
              .over(of(user, col(RawClicks.AD_ID)).rangeBetween(1 - rule.window().toSeconds(), 0));
      matched = matched.or(user.isNotNull().and(clicks.gt(1)));
    }
    return when(
            col("verdict").equalTo(Verdict.VALID.name()).and(matched),
            lit(Verdict.SOPHISTICATED_INVALID.name()))
        .otherwise(col("verdict"));
  }

  /** A click without a key is alone: all of them together would be one task's. */
  private static WindowSpec of(Column key, Column... more) {
    Column[] keys =
        Stream.concat(Stream.of(coalesce(key, col(RawClicks.CLICK_ID))), Stream.of(more))
            .toArray(Column[]::new);
    return Window.partitionBy(keys).orderBy(unix_seconds(col(RawClicks.CLICKED_AT)));
  }

  private static Column countOf(Verdict verdict) {
    return count(when(col("verdict").equalTo(verdict.name()), lit(1)));
  }

  /** The columns that the table has; one that this job does not know stays null. */
  private Dataset<Row> inOrderOf(String table, Dataset<Row> rows) {
    List<String> known = List.of(rows.columns());
    return rows.select(
        Stream.of(spark.table(table).schema().fields())
            .map(
                field ->
                    known.contains(field.name())
                        ? col(field.name())
                        : lit(null).cast(field.dataType()).as(field.name()))
            .toArray(Column[]::new));
  }
}
