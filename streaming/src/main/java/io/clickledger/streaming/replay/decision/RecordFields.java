package io.clickledger.streaming.replay.decision;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickledger.rules.json.RecordJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The top-level fields of a record in their order, repeated ones included. Values are the original
 * characters, so that repairing one field changes no other.
 */
record RecordFields(List<Field> fields) {

  /** A field: its name, and its value as JSON. */
  record Field(String name, String json) {}

  RecordFields {
    fields = List.copyOf(fields);
  }

  /** The fields of a JSON object in UTF-8; empty for bytes that are no such thing. */
  static Optional<RecordFields> read(byte[] value) {
    try {
      // Strict, unlike a String's constructor: invalid UTF-8 must not be replaced silently.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      return read(text);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<RecordFields> read(String text) {
    List<Field> fields = new ArrayList<>();
    try (JsonParser parser = RecordJson.FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        fields.add(new Field(parser.currentName(), value(parser, text)));
      }
      return parser.nextToken() == null ? Optional.of(new RecordFields(fields)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether this is exactly one JSON value. */
  static boolean isJson(String text) {
    try (JsonParser parser = RecordJson.FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      parser.finishToken();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static String value(JsonParser parser, String text) throws IOException {
    parser.nextToken();
    int from = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    return text.substring(from, (int) parser.currentLocation().getCharOffset());
  }

  /** Whether there is no such field, or only null in its place. */
  boolean lacks(String name) {
    return fields.stream()
        .noneMatch(field -> field.name().equals(name) && !field.json().equals("null"));
  }

  /** The value of the only field of that name, as JSON. */
  Optional<String> json(String name) {
    List<Field> named = fields.stream().filter(field -> field.name().equals(name)).toList();
    return named.size() == 1 ? Optional.of(named.get(0).json()) : Optional.empty();
  }

  /** The same with this one field of that name, behind all others. */
  RecordFields with(String name, String json) {
    List<Field> with =
        fields.stream()
            .filter(field -> !field.name().equals(name))
            .collect(Collectors.toCollection(ArrayList::new));
    with.add(new Field(name, json));
    return new RecordFields(with);
  }

  byte[] write() {
    return fields.stream()
        .map(field -> quoted(field.name()) + ":" + field.json())
        .collect(Collectors.joining(",", "{", "}"))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A text as JSON. Half of a surrogate pair stays one: it must not become a question mark. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (char c : text.toCharArray()) {
      if (c < ' ' || Character.isSurrogate(c)) {
        quoted.append("\\u%04x".formatted((int) c));
      } else if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
