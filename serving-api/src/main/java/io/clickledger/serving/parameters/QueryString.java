package io.clickledger.serving.parameters;

import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of a request's address. */
public final class QueryString {

  private QueryString() {}

  /**
   * The values by name, in their order.
   *
   * @throws io.clickledger.http.ProblemException 400 naming each parameter whose percent signs are
   *     not those of an encoded byte
   */
  public static Map<String, List<String>> parameters(Context context) {
    return parameters(context.queryString());
  }

  static Map<String, List<String>> parameters(String query) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    List<BadParameter> bad = new ArrayList<>();
    for (String part : query == null ? new String[0] : query.split("&")) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      try {
        if (!part.isEmpty()) {
          values.computeIfAbsent(decoded(name), any -> new ArrayList<>()).add(decoded(value));
        }
      } catch (IllegalArgumentException e) {
        bad.add(BadParameter.of(name, value, "percent-encoded: a % is written as %25"));
      }
    }
    if (!bad.isEmpty()) {
      throw BadParameter.refused(bad);
    }
    return values;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
