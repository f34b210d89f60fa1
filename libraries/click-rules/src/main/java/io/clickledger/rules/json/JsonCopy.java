package io.clickledger.rules.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.JsonText;
import io.clickledger.rules.contract.RejectionReason;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * The value at a parser, copied to compact JSON text: no blanks, numbers as they were written. Ends
 * with a text or with the reason why there is none; the parser is behind the value either way.
 */
final class JsonCopy {

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
    JsonText.quote(value, text);
  }

  private void fail(RejectionReason why, String what) {
    if (reason == null) {
      reason = why;
      detail = what;
    }
  }
}
