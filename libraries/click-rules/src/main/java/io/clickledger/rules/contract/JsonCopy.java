package io.clickledger.rules.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * The value at a parser, copied to compact JSON text: no blanks, numbers as they were written. Ends
 * with a text or with the reason why there is none; the parser is behind the value either way.
 */
public final class JsonCopy {

  private final JsonParser parser;
  private final StringBuilder text = new StringBuilder();
  private RejectionReason reason;
  private String detail;

  private JsonCopy(JsonParser parser) {
    this.parser = parser;
  }

  /** Copies the value whose first token is the parser's current one. */
  static JsonCopy of(JsonParser parser) throws IOException {
    JsonCopy copy = new JsonCopy(parser);
    copy.value(parser.currentToken(), 0);
    return copy;
  }

  /** A text as JSON: quoted, and escaped where JSON asks for it. */
  public static String quoted(String value) {
    StringBuilder text = new StringBuilder(value.length() + 2);
    quote(value, text);
    return text.toString();
  }

  /** The text that {@link #quoted} makes such JSON of; null for JSON that is no text. */
  static String plain(String json) {
    int end = json.length() - 1;
    if (json.charAt(0) != '"') {
      return null;
    }
    if (json.indexOf('\\') < 0) {
      return json.substring(1, end);
    }
    StringBuilder text = new StringBuilder(end);
    for (int i = 1; i < end; i++) {
      char c = json.charAt(i);
      if (c != '\\') {
        text.append(c);
      } else if (json.charAt(i + 1) == 'u') {
        text.append((char) Integer.parseInt(json, i + 2, i + 6, 16));
        i += 5;
      } else {
        text.append(json.charAt(++i));
      }
    }
    return text.toString();
  }

  /** Why there is no text; null where there is one. */
  RejectionReason reason() {
    return reason;
  }

  String detail() {
    return detail;
  }

  String text() {
    return text.toString();
  }

  private void value(JsonToken token, int depth) throws IOException {
    switch (token) {
      case START_OBJECT, START_ARRAY -> {
        if (depth == ClickLimits.OTHER_FIELD_DEPTH) {
          fail(
              RejectionReason.TOO_DEEP,
              "must have at most "
                  + ClickLimits.OTHER_FIELD_DEPTH
                  + " objects and arrays inside each other");
          parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT) {
          object(depth + 1);
        } else {
          array(depth + 1);
        }
      }
      case VALUE_STRING -> string(parser.getText());
      default -> text.append(parser.getText());
    }
  }

  private void object(int depth) throws IOException {
    Set<String> names = new HashSet<>();
    text.append('{');
    String name = parser.nextFieldName();
    while (name != null) {
      if (!names.add(name)) {
        fail(RejectionReason.DUPLICATE_FIELD, "must have every name once in an object");
      }
      if (names.size() > 1) {
        text.append(',');
      }
      string(name);
      text.append(':');
      value(parser.nextToken(), depth);
      name = parser.nextFieldName();
    }
    text.append('}');
  }

  private void array(int depth) throws IOException {
    text.append('[');
    JsonToken token = parser.nextToken();
    boolean first = true;
    while (token != JsonToken.END_ARRAY) {
      if (!first) {
        text.append(',');
      }
      first = false;
      value(token, depth);
      token = parser.nextToken();
    }
    text.append(']');
  }

  private void string(String value) {
    if (Utf8.hasLoneSurrogate(value)) {
      fail(RejectionReason.MALFORMED, "must be Unicode text, had half of a surrogate pair");
    }
    quote(value, text);
  }

  private void fail(RejectionReason why, String what) {
    if (reason == null) {
      reason = why;
      detail = what;
    }
  }

  private static void quote(String value, StringBuilder to) {
    to.append('"');
    int copied = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\' || c < ' ') {
        to.append(value, copied, i);
        copied = i + 1;
        escape(c, to);
      }
    }
    to.append(value, copied, value.length()).append('"');
  }

  private static void escape(char c, StringBuilder to) {
    if (c < ' ') {
      to.append("\\u00")
          .append(Character.forDigit(c >> 4, 16))
          .append(Character.forDigit(c & 15, 16));
    } else {
      to.append('\\').append(c);
    }
  }
}
