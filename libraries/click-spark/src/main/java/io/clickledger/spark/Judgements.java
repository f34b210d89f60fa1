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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF10;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** The judgement of a click: whose it is, what it is, and what it costs. */
public final class Judgements {
  /** Whether the click is a duplicate. */
  public static final String IS_DUPLICATE = "is_duplicate";

  /** Whether live counted the click as a duplicate. */
  public static final String IS_LIVE_DUPLICATE = "is_live_duplicate";

  /** Ids of the stateless rules in force that the click matches; fraud_flags has those of then. */
  public static final String STATELESS_FLAGS = "stateless_flags";

  /** Ids of the stateful rules that the click matched. */
  public static final String STATEFUL_FLAGS = "stateful_flags";

  /** Added by {@link #judge}: name of the {@link Verdict}. */
  public static final String VERDICT = FraudClickVerdicts.VERDICT;

  /**
   * Added by {@link #judge}: the verdict if it is a duplicate where live took it for one, and
   * matches the stateless rules that it matched as it landed.
   */
  public static final String LIVE_VERDICT = "live_verdict";

  /** Added by {@link #judge}: the cost with that verdict. */
  public static final String LIVE_COST_MICROS = "live_cost_micros";

  private static final String JUDGEMENT = "judgement";

  private static final StructType JUDGED =
      new StructType()
          .add(ClickDimensions.ADVERTISER_ID, DataTypes.StringType)
          .add(ClickDimensions.CAMPAIGN_ID, DataTypes.StringType)
          .add(ClickDimensions.CURRENCY, DataTypes.StringType)
          .add(VERDICT, DataTypes.StringType)
          .add(FraudClickVerdicts.REASONS, DataTypes.createArrayType(DataTypes.StringType))
          .add(FraudClickVerdicts.SHADOW_REASONS, DataTypes.createArrayType(DataTypes.StringType))
          .add(FraudClickVerdicts.PRICE_MICROS, DataTypes.LongType)
          .add(ClickMeasures.COST_MICROS, DataTypes.LongType)
          .add(LIVE_VERDICT, DataTypes.StringType)
          .add(LIVE_COST_MICROS, DataTypes.LongType);

  /** Begins a reason that is the behaviour model's. No id of a rule has a colon. */
  public static final String MODEL_REASON = "model:";

  private Judgements() {}

  /**
   * Gives every row its owner by the ad at clicked_at (advertiser_id, campaign_id, and the
   * advertiser's currency in place of the sender's), its {@link #VERDICT} with the reasons and
   * those of rules in shadow, its price and its cost, as {@link Judgement} has them.
   *
   * @param marked rows of raw.clicks with {@link #IS_DUPLICATE}, {@link #IS_LIVE_DUPLICATE}, {@link
   *     #STATELESS_FLAGS} and {@link #STATEFUL_FLAGS}; needs ad_id, publisher_id, page_host,
   *     clicked_at, campaign_id and fraud_flags of them
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
                    col(IS_DUPLICATE),
                    col(STATELESS_FLAGS),
                    col(RawClicks.FRAUD_FLAGS),
                    col(STATEFUL_FLAGS),
                    col(IS_LIVE_DUPLICATE)));
    for (String column : JUDGED.fieldNames()) {
      judged = judged.withColumn(column, col(JUDGEMENT + "." + column));
    }
    return judged.drop(JUDGEMENT, IS_DUPLICATE, IS_LIVE_DUPLICATE, STATELESS_FLAGS, STATEFUL_FLAGS);
  }

  private static UserDefinedFunction judgement(
      Broadcast<VersionDirectory<AdVersion>> ads,
      Broadcast<VersionDirectory<PublisherDomain>> publishers,
      FraudRules rules) {
    UDF10<
            String,
            String,
            String,
            Long,
            String,
            Boolean,
            Seq<String>,
            Seq<String>,
            Seq<String>,
            Boolean,
            Row>
        judgement =
            (adId,
                publisherId,
                pageHost,
                clickedAtMicros,
                campaignId,
                isDuplicate,
                flags,
                landedFlags,
                statefulFlags,
                isLiveDuplicate) -> {
              Instant clickedAt = Instant.EPOCH.plus(clickedAtMicros, ChronoUnit.MICROS);
              PublisherDomain publisher = publishers.value().find(publisherId, clickedAt);
              AdVersion ad = ads.value().find(adId, clickedAt);
              Collection<String> matched = all(flags, statefulFlags);
              List<String> byPublisher =
                  rules.publisherFlags(publisher == null ? null : publisher.domain(), pageHost);
              Judgement judged = Judgement.of(isDuplicate, matched, byPublisher, ad, rules);
              Judgement live =
                  isLiveDuplicate.equals(isDuplicate) && landedFlags.equals(flags)
                      ? judged
                      : Judgement.of(
                          isLiveDuplicate, all(landedFlags, statefulFlags), byPublisher, ad, rules);
              return RowFactory.create(
                  judged.advertiserId(),
                  judged.campaignId(campaignId),
                  judged.currency(),
                  judged.verdict().name(),
                  judged.reasons().stream().sorted().toArray(String[]::new),
                  judged.shadowReasons().stream().sorted().toArray(String[]::new),
                  judged.priceMicros(),
                  judged.costMicros(),
                  live.verdict().name(),
                  live.costMicros());
            };
    return udf(judgement, JUDGED);
  }

  private static Collection<String> all(Seq<String> flags, Seq<String> statefulFlags) {
    if (statefulFlags.isEmpty()) {
      return JavaConverters.seqAsJavaList(flags);
    }
    List<String> all = new ArrayList<>(JavaConverters.seqAsJavaList(flags));
    all.addAll(JavaConverters.seqAsJavaList(statefulFlags));
    return all;
  }
}
