package io.clickledger.sandbox.simulator.traffic;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is wrong with a malformed record, and the reason for which it must be rejected: at least one
 * of each reason of the click contract except PLACEHOLDER, as one more would change what every seed
 * gives. Both ways in refuse every one of them.
 */
public enum Malformation {
  NOTHING("EMPTY", fields -> ""),
  CUT_OFF("UNREADABLE_JSON", fields -> ClickFields.json(fields).substring(0, 40)),
  A_TEXT("NOT_AN_OBJECT", fields -> "\"clicks, please\""),
  CLICK_ID_TWICE(
      "DUPLICATE_FIELD",
      fields ->
          "{\"click_id\":\""
              + fields.get("click_id")
              + "\","
              + ClickFields.json(fields).substring(1)),
  NO_CLICK_ID("MISSING", fields -> without(fields, "click_id")),
  NO_AD_ID("MISSING", fields -> without(fields, "ad_id")),
  NO_CLICKED_AT("MISSING", fields -> without(fields, "clicked_at")),
  EMPTY_PUBLISHER_ID("EMPTY", fields -> json(fields, "publisher_id", "")),
  PUBLISHER_ID_A_NUMBER("WRONG_TYPE", fields -> json(fields, "publisher_id", 17)),
  CLICK_ID_NO_UUID("MALFORMED", fields -> json(fields, "click_id", "not-a-uuid")),
  CLICKED_AT_A_WORD("MALFORMED", fields -> json(fields, "clicked_at", "yesterday")),
  IP_ADDRESS_BEYOND_255("MALFORMED", fields -> json(fields, "ip_address", "300.1.2.3")),
  NEGATIVE_COST("OUT_OF_RANGE", fields -> cost(fields, -5)),
  LONG_USER_ID("TOO_LONG", fields -> json(fields, "user_id", "u".repeat(257))),
  CLICKED_WEEKS_AGO("TOO_EARLY", fields -> clickedAt(fields, Duration.ofDays(-40))),
  CLICKED_NEXT_MONTH("TOO_LATE", fields -> clickedAt(fields, Duration.ofDays(40))),
  COST_WITHOUT_CURRENCY(
      "INCOMPLETE_PAIR",
      fields -> {
        fields.remove("currency");
        return json(fields, "claimed_cost_micros", 500);
      }),
  FORTY_OTHER_FIELDS("TOO_MANY_FIELDS", Malformation::fortyMore),
  A_DEEP_FIELD("TOO_DEEP", fields -> json(fields, "colour", nested(20))),
  LARGE_OTHER_FIELDS("TOO_LARGE", fields -> json(fields, "colour", "r".repeat(9_000))),
  /** Only ingestion sets a source; on the topic, there is no such one. */
  A_SOURCE_OF_ITS_OWN("NOT_ALLOWED", "MALFORMED", fields -> json(fields, "source", "ftp"));

  private final String reasonOverHttp;
  private final String reasonOverKafka;
  private final Function<Map<String, Object>, String> record;

  Malformation(String reason, Function<Map<String, Object>, String> record) {
    this(reason, reason, record);
  }

  Malformation(
      String reasonOverHttp, String reasonOverKafka, Function<Map<String, Object>, String> record) {
    this.reasonOverHttp = reasonOverHttp;
    this.reasonOverKafka = reasonOverKafka;
    this.record = record;
  }

  /** Name of the contract's reason. */
  public String reason(Target target) {
    return switch (target) {
      case HTTP -> reasonOverHttp;
      case KAFKA -> reasonOverKafka;
    };
  }

  /** A record that is wrong in this way only, out of the fields of a click that is right. */
  String of(Map<String, Object> click) {
    return record.apply(new LinkedHashMap<>(click));
  }

  private static String json(Map<String, Object> fields, String name, Object value) {
    fields.put(name, value);
    return ClickFields.json(fields);
  }

  private static String without(Map<String, Object> fields, String name) {
    fields.remove(name);
    return ClickFields.json(fields);
  }

  private static String cost(Map<String, Object> fields, long micros) {
    fields.put("currency", "EUR");
    return json(fields, "claimed_cost_micros", micros);
  }

  private static String clickedAt(Map<String, Object> fields, Duration off) {
    Object time = fields.get("clicked_at");
    Instant clickedAt =
        time instanceof Long millis ? Instant.ofEpochMilli(millis) : Instant.parse((String) time);
    return json(fields, "clicked_at", clickedAt.plus(off).toEpochMilli());
  }

  private static String fortyMore(Map<String, Object> fields) {
    fields.putAll(
        IntStream.range(0, 40).boxed().collect(Collectors.toMap(i -> "field_" + i, i -> i)));
    return ClickFields.json(fields);
  }

  private static Object nested(int depth) {
    Object value = 1;
    for (int i = 0; i < depth; i++) {
      value = Collections.singletonList(value);
    }
    return value;
  }
}
