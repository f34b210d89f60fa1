package io.clickledger.benchmarks.stock;

import static org.apache.spark.sql.functions.udf;

import io.clickledger.rules.fraud.ClickTraits;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.rules.privacy.Pseudonyms;
import io.clickledger.rules.privacy.UserIds;
import io.clickledger.rules.web.IpAddress;
import io.clickledger.rules.web.PageHosts;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.AnalysisBudget;
import io.clickledger.spark.Device;
import io.clickledger.spark.GeoDatabases;
import io.clickledger.spark.Place;
import io.clickledger.spark.UserAgents;
import java.sql.Timestamp;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Our own enrichment and rules, each as a function of SQL. */
final class StockEnrichment {
  private static final StructType DEVICE =
      new StructType()
          .add(RawClicks.DEVICE_TYPE, DataTypes.StringType)
          .add(RawClicks.OS_TYPE, DataTypes.StringType)
          .add(RawClicks.BROWSER_TYPE, DataTypes.StringType);

  private static final StructType PLACE =
      new StructType()
          .add(RawClicks.GEO_COUNTRY, DataTypes.StringType)
          .add(RawClicks.GEO_CITY, DataTypes.StringType)
          .add(RawClicks.NETWORK, DataTypes.StringType);

  private static final StructType OWNER =
      new StructType()
          .add(RawClicks.ADVERTISER_ID, DataTypes.StringType)
          .add(RawClicks.CAMPAIGN_ID, DataTypes.StringType)
          .add(ClickDimensions.CURRENCY, DataTypes.StringType)
          .add("cpc_micros", DataTypes.LongType);

  private StockEnrichment() {}

  private static IpAddress address(String text) {
    return text == null ? null : IpAddress.parse(text);
  }

  static UserDefinedFunction canonicalAddress() {
    UDF1<String, String> canonical =
        text -> {
          IpAddress address = address(text);
          return address == null ? null : address.text();
        };
    return udf(canonical, DataTypes.StringType);
  }

  /** What landing hashes of an address. */
  static UserDefinedFunction subscriber() {
    UDF1<String, String> subscriber =
        text -> {
          IpAddress address = address(text);
          return address == null ? null : address.subscriber();
        };
    return udf(subscriber, DataTypes.StringType);
  }

  /** The user id, or null for one that names nobody. */
  static UserDefinedFunction user() {
    UDF1<String, String> user = text -> text == null || UserIds.isPlaceholder(text) ? null : text;
    return udf(user, DataTypes.StringType);
  }

  static UserDefinedFunction truncatedAddress() {
    UDF1<String, String> truncated =
        text -> {
          IpAddress address = address(text);
          return address == null ? null : address.network();
        };
    return udf(truncated, DataTypes.StringType);
  }

  static UserDefinedFunction place() {
    GeoDatabases geography = new GeoDatabases(Optional.empty(), Optional.empty(), Optional.empty());
    UDF1<String, Row> place =
        text -> {
          IpAddress address = address(text);
          Place found = address == null ? Place.UNKNOWN : geography.of(address);
          return RowFactory.create(found.country(), found.city(), found.network());
        };
    return udf(place, PLACE);
  }

  static UserDefinedFunction device(FraudRules rules) {
    UDF1<String, Row> device =
        userAgent -> {
          Device parsed = UserAgents.analyse(userAgent, rules, AnalysisBudget.unlimited()).device();
          return RowFactory.create(parsed.type(), parsed.os(), parsed.browser());
        };
    return udf(device, DEVICE);
  }

  static UserDefinedFunction pseudonym(Pseudonyms pseudonyms) {
    UDF1<String, String> pseudonym = text -> text == null ? null : pseudonyms.of(text);
    return udf(pseudonym, DataTypes.StringType);
  }

  static UserDefinedFunction owner(Broadcast<VersionDirectory<AdVersion>> ads) {
    UDF2<String, Timestamp, Row> owner =
        (adId, clickedAt) -> {
          AdVersion ad = ads.value().find(adId, clickedAt.toInstant());
          return ad == null
              ? null
              : RowFactory.create(
                  ad.advertiserId(), ad.campaignId(), ad.currency(), ad.cpcMicros());
        };
    return udf(owner, OWNER);
  }

  /** Of device type, user agent, address, network and request purpose. */
  static UserDefinedFunction flags(FraudRules rules) {
    UDF5<String, String, String, String, String, String[]> flags =
        (deviceType, userAgent, address, network, requestPurpose) ->
            rules
                .flags(
                    new ClickTraits(
                        deviceType,
                        UserAgents.analyse(userAgent, rules, AnalysisBudget.unlimited()).matched(),
                        address(address),
                        network,
                        requestPurpose))
                .toArray(String[]::new);
    return udf(flags, DataTypes.createArrayType(DataTypes.StringType));
  }

  /** Of publisher, page host and clicked_at. */
  static UserDefinedFunction publisherFlags(
      FraudRules rules, Broadcast<VersionDirectory<PublisherDomain>> publishers) {
    UDF3<String, String, Timestamp, String[]> flags =
        (publisherId, pageHost, clickedAt) -> {
          PublisherDomain publisher = publishers.value().find(publisherId, clickedAt.toInstant());
          return rules
              .publisherFlags(publisher == null ? null : publisher.domain(), pageHost)
              .toArray(String[]::new);
        };
    return udf(flags, DataTypes.createArrayType(DataTypes.StringType));
  }

  /** Of page_url as JSON text. */
  static UserDefinedFunction pageHost() {
    UDF1<String, String> host =
        page -> PageHosts.of(page == null ? null : page.replaceAll("^\"|\"$", ""));
    return udf(host, DataTypes.StringType);
  }

  static UserDefinedFunction verdict(FraudRules rules) {
    UDF1<Seq<String>, String> verdict =
        flags -> rules.verdict(false, JavaConverters.seqAsJavaList(flags)).name();
    return udf(verdict, DataTypes.StringType);
  }
}
