package io.clickledger.rules.json;

import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.web.IpAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A click while its record is being read: takes one field after the other in any order, checks
 * each, and ends as a click or as all that is wrong. For one record and one thread.
 */
final class ClickDraft {

  /** The other field that names what was left out of a click and why, as a JSON object. */
  static final String FAULTS = "input_faults";

  /** The other field that holds the beginning of a click_url that is none. */
  static final String BAD_CLICK_URL = "click_url_as_sent";

  private static final List<ClickField> OPTIONAL =
      Arrays.stream(ClickField.values()).filter(field -> !field.isRequired()).toList();

  private final ClickFaults faults = new ClickFaults();

  /** Fields whose faults do not cost the click. */
  private List<ClickField> tolerated = List.of(ClickField.CLICK_URL);

  /** Why fields were left out, by their names; null while none was. */
  private Map<String, RejectionReason> leftOut;

  private String badClickUrl;
  private String clickId;
  private Instant clickedAt;
  private Instant receivedAt;
  private Source source;
  private String adId;
  private String publisherId;
  private String campaignId;
  private String impressionId;
  private String userId;
  private IpAddress ipAddress;
  private String userAgent;
  private String clickUrl;
  private Long claimedCostMicros;
  private String currency;
  private String requestPurpose;
  private Boolean suspectedDuplicate;

  /** Null while there is none. */
  private OtherFields otherFields;

  /** A bit for each field of the contract that the record names, present or null. */
  private int named;

  /** A bit for each field of the contract that has a value, good or bad. */
  private int present;

  /** Leaves out what is optional and at fault, instead of refusing the click. */
  void tolerateOptional() {
    tolerated = OPTIONAL;
  }

  /** Notes that something was left out, and the first reason for it. */
  void leaveOut(String name, RejectionReason reason) {
    if (leftOut == null) {
      leftOut = new LinkedHashMap<>();
    }
    leftOut.putIfAbsent(name, reason);
  }

  /** Notes that the record names the field; false where it did before. */
  boolean name(ClickField field) {
    int bit = 1 << field.ordinal();
    if ((named & bit) != 0) {
      faults.repeated(field);
      return false;
    }
    named |= bit;
    return true;
  }

  /** Takes a string. */
  void text(ClickField field, String value) {
    setPresent(field);
    if (value.isEmpty() && field != ClickField.USER_AGENT) {
      faults.empty(field);
      return;
    }
    switch (field) {
      case CLICK_ID -> clickId = FieldParser.uuid(field, value, faults);
      case CLICKED_AT -> clickedAt = FieldParser.time(field, value, faults);
      case AD_ID -> adId = FieldParser.id(field, value, ClickLimits.ID_CHARACTERS, faults);
      case PUBLISHER_ID ->
          publisherId = FieldParser.id(field, value, ClickLimits.ID_CHARACTERS, faults);
      case USER_ID ->
          userId = FieldParser.anyText(field, value, ClickLimits.USER_ID_CHARACTERS, faults);
      case IP_ADDRESS -> ipAddress = FieldParser.address(field, value, faults);
      case USER_AGENT ->
          userAgent = FieldParser.anyText(field, value, ClickLimits.USER_AGENT_CHARACTERS, faults);
      case CAMPAIGN_ID ->
          campaignId = FieldParser.id(field, value, ClickLimits.ID_CHARACTERS, faults);
      case IMPRESSION_ID ->
          impressionId = FieldParser.id(field, value, ClickLimits.IMPRESSION_ID_CHARACTERS, faults);
      case CLICK_URL -> {
        clickUrl = FieldParser.url(field, value, faults);
        badClickUrl = clickUrl == null ? value : null;
      }
      case CURRENCY -> currency = FieldParser.currency(field, value, faults);
      case REQUEST_PURPOSE ->
          requestPurpose =
              FieldParser.id(field, value, ClickLimits.REQUEST_PURPOSE_CHARACTERS, faults);
      case RECEIVED_AT -> receivedAt = FieldParser.time(field, value, faults);
      case SOURCE -> source = FieldParser.source(field, value, faults);
      case CLAIMED_COST_MICROS, SUSPECTED_DUPLICATE -> faults.wrongType(field, "a string");
      default -> throw new IllegalStateException("no rule for " + field);
    }
  }

  /** Takes an integer. */
  void integer(ClickField field, long value) {
    setPresent(field);
    switch (field) {
      case CLICKED_AT -> clickedAt = FieldParser.time(field, value, faults);
      case RECEIVED_AT -> receivedAt = FieldParser.time(field, value, faults);
      case CLAIMED_COST_MICROS -> {
        if (value < 0 || value > ClickLimits.CLAIMED_COST_MICROS) {
          faults.outOfRange(field, Long.toString(value));
        } else {
          claimedCostMicros = value;
        }
      }
      default -> faults.wrongType(field, "a number");
    }
  }

  /** Takes an integer that no long holds. */
  void hugeInteger(ClickField field) {
    setPresent(field);
    switch (field) {
      case CLICKED_AT, RECEIVED_AT, CLAIMED_COST_MICROS ->
          faults.outOfRange(field, "a number of more than 64 bits");
      default -> faults.wrongType(field, "a number");
    }
  }

  /** Takes true or false. */
  void truth(ClickField field, Boolean value) {
    setPresent(field);
    if (field == ClickField.SUSPECTED_DUPLICATE) {
      suspectedDuplicate = value;
    } else {
      faults.wrongType(field, value.toString());
    }
  }

  /** Takes a value of a kind that no field has. */
  void other(ClickField field, String kind) {
    setPresent(field);
    faults.wrongType(field, kind);
  }

  /** Takes a value that a poster may not send. */
  void notAllowed(ClickField field) {
    setPresent(field);
    faults.notAllowed(field);
  }

  /** The fields that the contract does not know. */
  OtherFields otherFields() {
    if (otherFields == null) {
      otherFields = new OtherFields(faults);
    }
    return otherFields;
  }

  /**
   * The click, or its faults. {@code kafkaTimestamp} is the reference for the times where ingestion
   * left none.
   */
  ReadResult landed(Instant kafkaTimestamp) {
    if (receivedAt != null && ClickTimes.isTooLate(receivedAt, kafkaTimestamp)) {
      faults.tooLate(ClickField.RECEIVED_AT, receivedAt, "the Kafka timestamp " + kafkaTimestamp);
    }
    if (source == null) {
      source = Source.KAFKA;
    }
    if (faults.has(ClickField.RECEIVED_AT)) {
      return judged(null);
    }
    return judged(receivedAt == null ? kafkaTimestamp : receivedAt);
  }

  /** The click as ingestion stamps it, or its faults. */
  ReadResult posted(Instant now, Source from) {
    receivedAt = now;
    source = from;
    return judged(now);
  }

  /** Null for a reference that is itself at fault: nothing can be said about clicked_at then. */
  private ReadResult judged(Instant reference) {
    require(ClickField.CLICK_ID);
    require(ClickField.CLICKED_AT);
    require(ClickField.AD_ID);
    require(ClickField.PUBLISHER_ID);
    checkClickedAt(reference);
    checkPair();
    if (otherFields != null) {
      otherFields.check();
    }
    leaveOutTolerated();
    return faults.isEmpty()
        ? new ReadResult.Accepted(click())
        : new ReadResult.Rejected(faults.all());
  }

  private void leaveOutTolerated() {
    if (leftOut == null && faults.isEmpty()) {
      return;
    }
    for (ClickField field : tolerated) {
      RejectionReason reason = faults.takeOut(field);
      if (reason != null) {
        leaveOut(field.wireName(), reason);
        if (field == ClickField.CLAIMED_COST_MICROS || field == ClickField.CURRENCY) {
          claimedCostMicros = null;
          currency = null;
        }
      }
    }
    if (leftOut == null) {
      return;
    }
    otherFields().note(FAULTS, InputFaults.json(leftOut));
    if (badClickUrl != null) {
      otherFields().note(BAD_CLICK_URL, InputFaults.url(badClickUrl));
    }
  }

  private Click click() {
    return new Click(
        clickId,
        clickedAt,
        receivedAt,
        source,
        adId,
        publisherId,
        campaignId,
        impressionId,
        userId,
        ipAddress,
        userAgent,
        clickUrl,
        claimedCostMicros,
        currency,
        requestPurpose,
        suspectedDuplicate,
        otherFields == null ? null : otherFields.jsonByName());
  }

  private void require(ClickField field) {
    if (!isPresent(field)) {
      faults.missing(field);
    }
  }

  private void checkClickedAt(Instant reference) {
    if (clickedAt == null || reference == null) {
      return;
    }
    if (ClickTimes.isTooEarly(clickedAt, reference)) {
      faults.tooEarly(ClickField.CLICKED_AT, clickedAt, reference);
    } else if (ClickTimes.isTooLate(clickedAt, reference)) {
      faults.tooLate(ClickField.CLICKED_AT, clickedAt, reference.toString());
    }
  }

  private void checkPair() {
    boolean cost = isPresent(ClickField.CLAIMED_COST_MICROS);
    if (cost != isPresent(ClickField.CURRENCY)) {
      ClickField absent = cost ? ClickField.CURRENCY : ClickField.CLAIMED_COST_MICROS;
      faults.add(
          absent,
          RejectionReason.INCOMPLETE_PAIR,
          "claimed_cost_micros and currency must come together, "
              + absent.wireName()
              + " was absent");
    }
  }

  private void setPresent(ClickField field) {
    present |= 1 << field.ordinal();
  }

  private boolean isPresent(ClickField field) {
    return (present & 1 << field.ordinal()) != 0;
  }
}
