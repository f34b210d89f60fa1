package io.clickledger.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.http.HttpStatus;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One failure as a client sees it (RFC 9457). The slug names the kind of problem and never changes;
 * the detail says what was attempted, with which value, and what is allowed.
 *
 * @param members more members of the answer, such as {@code errors}, in their order
 * @param headers headers of the answer, such as {@code Retry-After}
 */
public record Problem(
    int status,
    String slug,
    String title,
    String detail,
    Map<String, Object> members,
    Map<String, String> headers) {

  public static final String CONTENT_TYPE = "application/problem+json";
  public static final String TYPE_PREFIX = "urn:clickledger:problem:";

  private static final int MAX_EXCERPT = 200;

  private static final JsonMapper JSON =
      JsonMapper.builder().serializationInclusion(JsonInclude.Include.NON_NULL).build();

  public Problem {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be 400..599, was " + status);
    }
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  public Problem(int status, String slug, String title, String detail) {
    this(status, slug, title, detail, Map.of(), Map.of());
  }

  /** A problem that says no more than its HTTP status does: slug and title are its phrase. */
  public static Problem ofStatus(int status, String detail) {
    HttpStatus known = HttpStatus.forStatus(status);
    String title = known == HttpStatus.UNKNOWN ? "HTTP " + status : known.getMessage();
    return new Problem(
        status, title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"), title, detail);
  }

  /** The beginning of what a client sent: an answer must not be as long as the request. */
  public static String excerpt(String sent) {
    if (sent.length() <= MAX_EXCERPT) {
      return sent;
    }
    // JSON in UTF-8 cannot hold half of a surrogate pair.
    int end =
        Character.isHighSurrogate(sent.charAt(MAX_EXCERPT - 1)) ? MAX_EXCERPT - 1 : MAX_EXCERPT;
    return sent.substring(0, end) + "...";
  }

  public Problem with(String member, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(members);
    more.put(member, value);
    return new Problem(status, slug, title, detail, more, headers);
  }

  public Problem withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(status, slug, title, detail, members, more);
  }

  public String type() {
    return TYPE_PREFIX + slug;
  }

  byte[] json() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", type());
    body.put("title", title);
    body.put("status", status);
    body.put("detail", detail);
    body.putAll(members);
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write problem " + slug, e);
    }
  }
}
