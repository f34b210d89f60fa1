package io.clickledger.streaming;

import io.clickledger.rules.AdDirectory;
import io.clickledger.rules.AdVersion;
import io.clickledger.rules.Click;
import io.clickledger.rules.ClickReader;
import io.clickledger.rules.ClickTraits;
import io.clickledger.rules.Fault;
import io.clickledger.rules.FraudRules;
import io.clickledger.rules.IpAddresses;
import io.clickledger.rules.PayloadCipher;
import io.clickledger.rules.Pseudonyms;
import io.clickledger.rules.Reading;
import io.clickledger.spark.Device;
import io.clickledger.spark.GeoDatabases;
import io.clickledger.spark.Place;
import io.clickledger.spark.UserAgents;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * Turns Kafka records into rows: each becomes a row of raw.clicks or of raw.rejected_clicks. Which
 * one is a pure function of the record's value and timestamp; enrichment only adds to it.
 */
final class Landing {
  /** Columns of a record that {@link #of} reads. */
  static final List<String> RECORD = List.of("value", "partition", "offset", "timestamp");

  /** Struct columns of the result; of each row exactly one is not null. */
  static final String CLICK = "click";

  static final String REJECTED = "rejected";

  private Landing() {}

  /**
   * @param records Kafka records with the columns of {@link #RECORD}
   * @param clicks schema of raw.clicks
   * @param rejectedClicks schema of raw.rejected_clicks
   */
  static Dataset<Row> of(
      Dataset<Row> records,
      Broadcast<AdDirectory> ads,
      StreamingSettings settings,
      Instant landedAt,
      StructType clicks,
      StructType rejectedClicks) {
    StructType schema = new StructType().add(CLICK, clicks).add(REJECTED, rejectedClicks);
    Timestamp landed = Timestamp.from(landedAt);
    Rules rules = Rules.of(settings);
    MapFunction<Row, Row> land =
        row -> {
          byte[] value = row.isNullAt(0) ? null : row.getAs(0);
          Coordinates at =
              new Coordinates(row.getInt(1), row.getLong(2), row.getTimestamp(3), landed);
          Reading reading = ClickReader.read(value, at.timestamp().toInstant());
          return reading instanceof Reading.Accepted accepted
              ? RowFactory.create(click(accepted.click(), at, ads.value(), rules), null)
              : RowFactory.create(null, rejected((Reading.Rejected) reading, value, at, rules));
        };
    return records.selectExpr(RECORD.toArray(String[]::new)).map(land, Encoders.row(schema));
  }

  private static Row click(Click click, Coordinates at, AdDirectory ads, Rules rules) {
    AdVersion ad = ads.find(click.adId(), click.clickedAt());
    Device device = UserAgents.device(click.userAgent());
    String address = click.ipAddress() == null ? null : IpAddresses.canonical(click.ipAddress());
    Place place = address == null ? Place.UNKNOWN : rules.geography().of(address);
    return RowFactory.create(
        click.clickId(),
        Timestamp.from(click.clickedAt()),
        click.receivedAt() == null ? null : Timestamp.from(click.receivedAt()),
        click.source().wireName(),
        click.adId(),
        click.publisherId(),
        ad == null ? null : ad.advertiserId(),
        ad == null ? click.campaignId() : ad.campaignId(),
        click.impressionId(),
        click.clickUrl(),
        click.userAgent(),
        click.claimedCostMicros(),
        click.currency(),
        click.suspectedDuplicate(),
        place.country(),
        place.city(),
        place.network(),
        device.type(),
        device.os(),
        device.browser(),
        rules
            .fraud()
            .flags(
                new ClickTraits(
                    device.type(), click.userAgent(), address, place.network(), "", null))
            .toArray(String[]::new),
        rules.fraud().version(),
        address == null ? null : IpAddresses.truncate(address),
        address == null ? null : rules.pseudonyms().of(address),
        click.userId() == null ? null : rules.pseudonyms().of(click.userId()),
        rules.pseudonyms().keyId(),
        JavaConverters.mapAsScalaMap(click.otherFields()),
        at.partition(),
        at.offset(),
        at.timestamp(),
        at.landedAt());
  }

  private static Row rejected(Reading.Rejected reading, byte[] value, Coordinates at, Rules rules) {
    Fault fault = reading.faults().get(0);
    return RowFactory.create(
        fault.reason().name(),
        fault.field(),
        fault.detail(),
        value == null ? null : rules.payloads().encrypt(value),
        rules.payloads().keyId(),
        at.partition(),
        at.offset(),
        at.timestamp(),
        at.landedAt());
  }

  /** Where and when a record stands in Kafka, and when it lands. */
  private record Coordinates(int partition, long offset, Timestamp timestamp, Timestamp landedAt) {}

  /** What clicks are judged and enriched by; it travels to the executors inside the task. */
  private record Rules(
      FraudRules fraud, GeoDatabases geography, Pseudonyms pseudonyms, PayloadCipher payloads)
      implements java.io.Serializable {
    static Rules of(StreamingSettings settings) {
      StreamingSettings.Privacy privacy = settings.privacy();
      HexFormat hex = HexFormat.of();
      return new Rules(
          FraudRules.shipped(),
          settings.enrichment().databases(),
          new Pseudonyms(privacy.hashKeyId(), hex.parseHex(privacy.hashKey().reveal().strip())),
          new PayloadCipher(
              privacy.payloadKeyId(), hex.parseHex(privacy.payloadKey().reveal().strip())));
    }
  }
}
