package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.clickledger.rules.fraud.ClickTraits;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.web.IpNetwork;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Judgements;
import io.clickledger.spark.UserAgents;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF6;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The stateless rules in force that landed clicks match. Clicks that landed under other rules are
 * matched again, by what raw.clicks keeps of them.
 */
final class StatelessFlags {
  private StatelessFlags() {}

  /** Adds {@link Judgements#STATELESS_FLAGS} to rows of raw.clicks. */
  static Dataset<Row> with(Dataset<Row> clicks, FraudRules rules) {
    Column isOfOtherRules = not(col(RawClicks.RULES_VERSION).equalTo(lit(rules.version())));
    Column landed = col(RawClicks.FRAUD_FLAGS);
    // Nearly always there are none, and then the columns of their traits need not be read.
    return clicks.where(isOfOtherRules).isEmpty()
        ? clicks.withColumn(Judgements.STATELESS_FLAGS, landed)
        : clicks.withColumn(
            Judgements.STATELESS_FLAGS,
            when(isOfOtherRules, matchedAgain(rules)).otherwise(landed));
  }

  private static Column matchedAgain(FraudRules rules) {
    UDF6<String, String, String, String, String, Seq<String>, String[]> match =
        (deviceType, userAgent, ipTruncated, network, requestPurpose, landed) ->
            rules
                .flagsOfLanded(
                    new ClickTraits(
                        deviceType,
                        UserAgents.matched(userAgent, rules),
                        ipTruncated == null ? null : IpNetwork.parse(ipTruncated).address(),
                        network,
                        requestPurpose),
                    JavaConverters.seqAsJavaList(landed))
                .toArray(String[]::new);
    return udf(match, DataTypes.createArrayType(DataTypes.StringType))
        .apply(
            col(RawClicks.DEVICE_TYPE),
            col(RawClicks.USER_AGENT),
            col(RawClicks.IP_TRUNCATED),
            col(RawClicks.NETWORK),
            col(RawClicks.REQUEST_PURPOSE),
            col(RawClicks.FRAUD_FLAGS));
  }
}
