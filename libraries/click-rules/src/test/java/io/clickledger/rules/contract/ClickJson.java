package io.clickledger.rules.contract;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes clicks as a sender writes them, good and bad: {@code
 * ClickJson.click("a").costMicros(500).without("ad_id").text()}.
 */
public final class ClickJson {

  public static final String FIREFOX =
      "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";

  private final Map<String, String> fields = new LinkedHashMap<>();

  private ClickJson() {}

  /** A click of that name, with valid defaults: what a server would post. */
  public static ClickJson click(String name) {
    return new ClickJson()
        .with("click_id", quoted(Clicks.clickId(name)))
        .clickedAt(Clicks.NOON)
        .with("ad_id", quoted("ad-1"))
        .with("publisher_id", quoted("publisher-1"))
        .with("user_id", quoted("user-1"))
        .with("ip_address", quoted("203.0.113.7"))
        .with("user_agent", quoted(FIREFOX));
  }

  /** A field with that value, as JSON, good or bad; in place of the one of that name. */
  public ClickJson with(String name, String json) {
    fields.put(name, json);
    return this;
  }

  /** A field with that text. */
  public ClickJson withText(String name, String value) {
    return with(name, quoted(value));
  }

  public ClickJson without(String name) {
    fields.remove(name);
    return this;
  }

  public ClickJson clickedAt(Instant time) {
    return with("clicked_at", Long.toString(time.toEpochMilli()));
  }

  public ClickJson adId(String id) {
    return withText("ad_id", id);
  }

  public ClickJson publisherId(String id) {
    return withText("publisher_id", id);
  }

  public ClickJson userId(String id) {
    return withText("user_id", id);
  }

  /** Claims that cost, in euros. */
  public ClickJson costMicros(long micros) {
    return with("claimed_cost_micros", Long.toString(micros)).withText("currency", "EUR");
  }

  public String text() {
    return fields.entrySet().stream()
        .map(field -> quoted(field.getKey()) + ":" + field.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  public byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  private static String quoted(String value) {
    return JsonText.quoted(value);
  }
}
