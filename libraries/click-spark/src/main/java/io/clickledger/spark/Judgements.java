package io.clickledger.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_micros;

import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.Judgement;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RawClicks;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF7;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** The judgement of a click: whose it is, what it is, and what it costs. */
public final class Judgements {
  /** Added by {@link #judge}: name of the {@link Verdict}. */
  public static final String VERDICT = FraudClickVerdicts.VERDICT;

  private static final String JUDGEMENT = "judgement";

  private static final StructType JUDGED =
      new StructType()
          .add(RawClicks.ADVERTISER_ID, DataTypes.StringType)
          .add(RawClicks.CAMPAIGN_ID, DataTypes.StringType)
          .add(ClickDimensions.CURRENCY, DataTypes.StringType)
          .add(VERDICT, DataTypes.StringType)
          .add(ClickMeasures.COST_MICROS, DataTypes.LongType);

  private Judgements() {}

  /**
   * Gives every row its owner by the ad at clicked_at (advertiser_id, campaign_id, and the
   * advertiser's currency in place of the sender's), its {@link #VERDICT} and its cost_micros, as
   * {@link Judgement} has them.
   *
   * @param marked rows of raw.clicks with {@link Duplicates#DUPLICATE}; needs ad_id, publisher_id,
   *     page_host, clicked_at, campaign_id and fraud_flags of them
   * @param rules the rules in force, read after the rows, so that they have every flag in them
   */
  public static Dataset<Row> judge(
      Dataset<Row> marked,
      Broadcast<VersionDirectory<AdVersion>> ads,
      Broadcast<VersionDirectory<PublisherDomain>> publishers,
      FraudRules rules) {
    Dataset<Row> judged =
        marked.withColumn(
            JUDGEMENT,
            judgement(ads, publishers, rules)
                .apply(
                    col(RawClicks.AD_ID),
                    col(RawClicks.PUBLISHER_ID),
                    col(RawClicks.PAGE_HOST),
                    unix_micros(col(RawClicks.CLICKED_AT)),
                    col(RawClicks.CAMPAIGN_ID),
                    col(Duplicates.DUPLICATE),
                    col(RawClicks.FRAUD_FLAGS)));
    for (String column : JUDGED.fieldNames()) {
      judged = judged.withColumn(column, col(JUDGEMENT + "." + column));
    }
    return judged.drop(JUDGEMENT);
  }

  private static UserDefinedFunction judgement(
      Broadcast<VersionDirectory<AdVersion>> ads,
      Broadcast<VersionDirectory<PublisherDomain>> publishers,
      FraudRules rules) {
    UDF7<String, String, String, Long, String, Boolean, Seq<String>, Row> judgement =
        (adId, publisherId, pageHost, clickedAtMicros, campaignId, duplicate, flags) -> {
          Instant clickedAt = Instant.EPOCH.plus(clickedAtMicros, ChronoUnit.MICROS);
          PublisherDomain publisher = publishers.value().find(publisherId, clickedAt);
          Judgement judged =
              Judgement.of(
                  duplicate,
                  JavaConverters.seqAsJavaList(flags),
                  rules.publisherFlags(publisher == null ? null : publisher.domain(), pageHost),
                  ads.value().find(adId, clickedAt),
                  rules);
          return RowFactory.create(
              judged.advertiserId(),
              judged.campaignId(campaignId),
              judged.currency(),
              judged.verdict().name(),
              judged.costMicros());
        };
    return udf(judgement, JUDGED);
  }
}
