package io.clickledger.rules.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickledger.rules.contract.RejectionReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The table of malformed clicks, {@code malformed-clicks.json}: what every way in must refuse, and
 * for which reason. Times in it are marks, made real against the time at which a test sends them.
 */
public final class MalformedClicks {

  private MalformedClicks() {}

  /** The table for records that are sent at that time. */
  public static List<MalformedClick> at(Instant reference) {
    List<MalformedClick> table = new ArrayList<>();
    try (InputStream file = MalformedClicks.class.getResourceAsStream("malformed-clicks.json");
        JsonParser json = new JsonFactory().createParser(file)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        table.add(entry(json, reference));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(table);
  }

  /** Those that must end as rejected rows when they come straight from Kafka at that time. */
  public static List<MalformedClick> overKafkaAt(Instant reference) {
    return at(reference).stream().filter(MalformedClick::isRefusedOverKafka).toList();
  }

  /** Those that must be answered with 400 when they are posted at that time. */
  public static List<MalformedClick> overHttpAt(Instant reference) {
    return at(reference).stream().filter(MalformedClick::isRefusedOverHttp).toList();
  }

  private static MalformedClick entry(JsonParser json, Instant reference) throws IOException {
    Map<String, String> fields = new HashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      fields.put(name, json.nextToken() == JsonToken.VALUE_NULL ? null : json.getText());
    }
    return new MalformedClick(
        fields.get("name"),
        withTimes(fields.get("value"), reference),
        RejectionReason.valueOf(fields.get("reason")),
        fields.get("field"),
        MalformedClick.Over.valueOf(fields.get("over").toUpperCase(Locale.ROOT)));
  }

  /*
   * A margin of a minute: the time of sending is not the time of reading, and a test must not stand
   * on the edge. The edges themselves are ClickTimesTest's.
   */
  private static String withTimes(String value, Instant reference) {
    Duration margin = Duration.ofMinutes(1);
    Instant tooEarly = reference.minus(ClickTimes.MAX_BEFORE_REFERENCE).minus(margin);
    Instant tooLate = reference.plus(ClickTimes.MAX_AFTER_REFERENCE.multipliedBy(2));
    return value
        .replace("$NOW_SECONDS", Long.toString(reference.getEpochSecond()))
        .replace("$NOW", Long.toString(reference.toEpochMilli()))
        .replace("$TOO_EARLY", Long.toString(tooEarly.toEpochMilli()))
        .replace("$TOO_LATE_TEXT", tooLate.toString())
        .replace("$TOO_LATE", Long.toString(tooLate.toEpochMilli()));
  }
}
