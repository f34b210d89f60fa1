package io.clickledger.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.clickledger.rules.AdDirectory;
import io.clickledger.rules.AdVersion;
import io.clickledger.rules.FraudRules;
import io.clickledger.rules.Verdict;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** The judgement of a click: whose it is, what it is, and what it costs. */
public final class Judgements {
  /** Added by {@link #judge}: name of the {@link Verdict}. */
  public static final String VERDICT = FraudClickVerdicts.VERDICT;

  private static final StructType OWNER =
      new StructType()
          .add(RawClicks.ADVERTISER_ID, DataTypes.StringType)
          .add(RawClicks.CAMPAIGN_ID, DataTypes.StringType)
          .add(LiveClicksByMinute.CURRENCY, DataTypes.StringType)
          .add("cpc_micros", DataTypes.LongType);

  private Judgements() {}

  /**
   * Gives every row its owner by the ad at clicked_at (advertiser_id, campaign_id, and the
   * advertiser's currency in place of the sender's), its {@link #VERDICT} and its cost_micros: the
   * ad's price for a valid click, 0 for any other and while the ad is unknown.
   *
   * @param marked rows of raw.clicks with {@link Duplicates#DUPLICATE}; needs ad_id, clicked_at,
   *     campaign_id and fraud_flags of them
   * @param rules the rules in force, read after the rows were: they know every flag in them
   */
  public static Dataset<Row> judge(
      Dataset<Row> marked, Broadcast<AdDirectory> ads, FraudRules rules) {
    Column owner = ownerOf(ads).apply(col(RawClicks.AD_ID), unix_micros(col(RawClicks.CLICKED_AT)));
    // Nothing speaks against most clicks: those pay for no way out of Spark's own rows.
    Column nothing =
        not(col(Duplicates.DUPLICATE)).and(size(col(RawClicks.FRAUD_FLAGS)).equalTo(0));
    Column verdict =
        when(nothing, lit(Verdict.VALID.name()))
            .otherwise(
                verdictOf(rules).apply(col(Duplicates.DUPLICATE), col(RawClicks.FRAUD_FLAGS)));
    Column price = coalesce(col("owner.cpc_micros"), lit(0L));
    return marked
        .withColumn("owner", owner)
        .withColumn(VERDICT, verdict)
        .withColumn(RawClicks.ADVERTISER_ID, col("owner." + RawClicks.ADVERTISER_ID))
        .withColumn(
            RawClicks.CAMPAIGN_ID,
            coalesce(col("owner." + RawClicks.CAMPAIGN_ID), col(RawClicks.CAMPAIGN_ID)))
        .withColumn(LiveClicksByMinute.CURRENCY, col("owner." + LiveClicksByMinute.CURRENCY))
        .withColumn(
            LiveClicksByMinute.COST_MICROS,
            when(col(VERDICT).equalTo(Verdict.VALID.name()), price).otherwise(lit(0L)))
        .drop("owner");
  }

  private static UserDefinedFunction ownerOf(Broadcast<AdDirectory> ads) {
    UDF2<String, Long, Row> owner =
        (adId, clickedAtMicros) -> {
          Instant clickedAt = Instant.EPOCH.plus(clickedAtMicros, ChronoUnit.MICROS);
          AdVersion ad = ads.value().find(adId, clickedAt);
          return ad == null
              ? null
              : RowFactory.create(
                  ad.advertiserId(), ad.campaignId(), ad.currency(), ad.cpcMicros());
        };
    return udf(owner, OWNER);
  }

  private static UserDefinedFunction verdictOf(FraudRules rules) {
    UDF2<Boolean, Seq<String>, String> verdict =
        (duplicate, flags) -> rules.verdict(duplicate, JavaConverters.seqAsJavaList(flags)).name();
    return udf(verdict, DataTypes.StringType);
  }
}
