package io.clickledger.streaming.land;

import io.clickledger.lake.landed.OnTimeRule;
import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.fraud.ClickTraits;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.json.ReadResult;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.rules.privacy.PayloadCipher;
import io.clickledger.rules.privacy.Pseudonyms;
import io.clickledger.rules.privacy.UserIds;
import io.clickledger.rules.web.IpAddress;
import io.clickledger.rules.web.PageHosts;
import io.clickledger.spark.AnalysedUserAgent;
import io.clickledger.spark.AnalysisBudget;
import io.clickledger.spark.Device;
import io.clickledger.spark.GeoDatabases;
import io.clickledger.spark.Place;
import io.clickledger.spark.UnanalysedField;
import io.clickledger.spark.UserAgents;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.land.LandingTask.KafkaRecord;
import java.io.Serializable;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Makes rows of raw.clicks and raw.rejected_clicks, in the order of their columns and in Spark's
 * internal form: at a hundred thousand clicks a second, external rows and their encoders would be
 * the largest cost.
 */
final class ClickRows implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Place of fraud_flags in a row of raw.clicks. */
  static final int FRAUD_FLAGS = 21;

  /** Place of reason in a row of raw.rejected_clicks. */
  static final int REASON = 0;

  private static final GenericArrayData NO_FLAGS = new GenericArrayData(new Object[0]);

  private final Pseudonyms pseudonyms;
  private final PayloadCipher payloads;
  private final GeoDatabases geography;
  private final long landedAt;

  ClickRows(StreamingSettings settings, Instant landedAt) {
    StreamingSettings.Privacy privacy = settings.privacy();
    HexFormat hex = HexFormat.of();
    this.geography = settings.enrichment().databases();
    this.pseudonyms =
        new Pseudonyms(privacy.hashKeyId(), hex.parseHex(privacy.hashKey().reveal().strip()));
    this.payloads =
        new PayloadCipher(
            privacy.payloadKeyId(), hex.parseHex(privacy.payloadKey().reveal().strip()));
    this.landedAt = micros(landedAt);
  }

  /**
   * The metadata and the fraud rules that rows are made with.
   *
   * @param budget of the task that makes the rows
   */
  record ReferenceData(VersionDirectory<AdVersion> ads, FraudRules rules, AnalysisBudget budget) {}

  /**
   * A row of raw.clicks. Every valid click gives a row: a field that cannot be analysed is UNKNOWN
   * or null in it.
   *
   * @param unanalysed receives each field that could not be analysed
   */
  InternalRow click(
      Click click,
      KafkaRecord at,
      ReferenceData referenceData,
      Consumer<UnanalysedField> unanalysed) {
    AdVersion ad = referenceData.ads().find(click.adId(), click.clickedAt());
    AnalysedUserAgent agent =
        UserAgents.analyse(click.userAgent(), referenceData.rules(), referenceData.budget());
    Device device = agent.device();
    IpAddress address = click.ipAddress();
    Place place = address == null ? Place.UNKNOWN : geography.of(address);
    device.unanalysed().forEach(unanalysed);
    place.unanalysed().forEach(unanalysed);
    ClickTraits traits =
        new ClickTraits(
            device.type(), agent.matched(), address, place.network(), click.requestPurpose());
    return row(
        text(click.clickId()),
        micros(click.clickedAt()),
        click.receivedAt() == null ? null : micros(click.receivedAt()),
        text(click.source().wireName()),
        text(click.adId()),
        text(click.publisherId()),
        ad == null ? null : text(ad.advertiserId()),
        text(ad == null ? click.campaignId() : ad.campaignId()),
        text(click.impressionId()),
        text(click.clickUrl()),
        text(PageHosts.of(click.pageUrl())),
        text(click.userAgent()),
        click.claimedCostMicros(),
        text(click.currency()),
        click.suspectedDuplicate(),
        text(place.country()),
        text(place.city()),
        text(place.network()),
        text(device.type()),
        text(device.os()),
        text(device.browser()),
        flags(referenceData.rules().flags(traits)),
        text(referenceData.rules().version()),
        address == null ? null : text(address.network()),
        address == null ? null : text(pseudonyms.of(address.subscriber())),
        text(userHash(click.userId())),
        text(pseudonyms.keyId()),
        map(click.otherFields()),
        at.partition(),
        at.offset(),
        at.micros(),
        landedAt,
        OnTimeRule.isOnTime(micros(click.clickedAt()), landedAt),
        text(click.requestPurpose()));
  }

  private String userHash(String userId) {
    return userId == null || UserIds.isPlaceholder(userId) ? null : pseudonyms.of(userId);
  }

  /**
   * A row of raw.rejected_clicks. It is never larger than the record of a valid click, whatever was
   * sent.
   */
  InternalRow rejected(ReadResult.Rejected reading, byte[] value, KafkaRecord at) {
    Fault fault = reading.faults().get(0);
    return row(
        text(fault.reason().name()),
        text(fault.field()),
        text(fault.detail()),
        value == null ? null : payloads.encrypt(kept(value)),
        text(payloads.keyId()),
        at.partition(),
        at.offset(),
        at.micros(),
        landedAt);
  }

  private static byte[] kept(byte[] value) {
    return value.length <= ClickLimits.REJECTED_PAYLOAD_BYTES
        ? value
        : Arrays.copyOf(value, ClickLimits.REJECTED_PAYLOAD_BYTES);
  }

  private static InternalRow row(Object... values) {
    return new GenericInternalRow(values);
  }

  private static UTF8String text(String text) {
    return UTF8String.fromString(text);
  }

  private static GenericArrayData flags(List<String> ids) {
    return ids.isEmpty()
        ? NO_FLAGS
        : new GenericArrayData(ids.stream().map(UTF8String::fromString).toArray());
  }

  private static ArrayBasedMapData map(Map<String, String> fields) {
    Object[] names = new Object[fields.size()];
    Object[] values = new Object[fields.size()];
    int i = 0;
    for (Map.Entry<String, String> field : fields.entrySet()) {
      names[i] = text(field.getKey());
      values[i] = text(field.getValue());
      i++;
    }
    return new ArrayBasedMapData(new GenericArrayData(names), new GenericArrayData(values));
  }

  /** Microseconds since the epoch, as Spark keeps a timestamp. */
  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }
}
