package io.clickledger.rules.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/**
 * Writes a click as the topic has it: one JSON object, the fields in the contract's order and the
 * unknown ones after them by name, absent ones left out. {@link ClickReader} reads the same click
 * out of it.
 */
public final class ClickWriter {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int USUAL_BYTES = 768;
  private static final int NANOS_OF_A_MILLI = 1_000_000;

  private ClickWriter() {}

  /** The click as JSON in UTF-8. */
  public static byte[] write(Click click) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      text(json, ClickField.CLICK_ID, click.clickId());
      time(json, ClickField.CLICKED_AT, click.clickedAt());
      text(json, ClickField.AD_ID, click.adId());
      text(json, ClickField.PUBLISHER_ID, click.publisherId());
      text(json, ClickField.USER_ID, click.userId());
      text(
          json, ClickField.IP_ADDRESS, click.ipAddress() == null ? null : click.ipAddress().text());
      text(json, ClickField.USER_AGENT, click.userAgent());
      text(json, ClickField.CAMPAIGN_ID, click.campaignId());
      text(json, ClickField.IMPRESSION_ID, click.impressionId());
      text(json, ClickField.CLICK_URL, click.clickUrl());
      if (click.claimedCostMicros() != null) {
        json.writeNumberField(
            ClickField.CLAIMED_COST_MICROS.wireName(), (long) click.claimedCostMicros());
      }
      text(json, ClickField.CURRENCY, click.currency());
      text(json, ClickField.REQUEST_PURPOSE, click.requestPurpose());
      time(json, ClickField.RECEIVED_AT, click.receivedAt());
      text(json, ClickField.SOURCE, click.source().wireName());
      if (click.suspectedDuplicate() != null) {
        json.writeBooleanField(
            ClickField.SUSPECTED_DUPLICATE.wireName(), (boolean) click.suspectedDuplicate());
      }
      for (Map.Entry<String, String> other : click.otherFields().entrySet()) {
        json.writeFieldName(other.getKey());
        json.writeRawValue(other.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      // No I/O here: it is a text with half of a surrogate pair, which no reader lets through.
      throw new IllegalArgumentException("click %s has no JSON".formatted(click.clickId()), e);
    }
    return bytes.toByteArray();
  }

  private static void text(JsonGenerator json, ClickField field, String value) throws IOException {
    if (value != null) {
      json.writeStringField(field.wireName(), value);
    }
  }

  /** Milliseconds where they say all, as they are short; else ISO-8601. */
  private static void time(JsonGenerator json, ClickField field, Instant value) throws IOException {
    if (value == null) {
      return;
    }
    if (value.getNano() % NANOS_OF_A_MILLI == 0) {
      json.writeNumberField(field.wireName(), value.toEpochMilli());
    } else {
      json.writeStringField(field.wireName(), value.toString());
    }
  }
}
