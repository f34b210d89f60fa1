package io.clickledger.rules.fraud;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON document as Map, List, String, Long and Boolean; a value of another kind is an {@link
 * Other}. Repeated names are listed separately; the first value counts.
 */
record JsonTree(Object root, List<String> repeated, Optional<String> fault) {

  private static final JsonFactory JSON = new JsonFactory();

  /** A null, or a number that is no long, as it was written. */
  record Other(String text) {}

  /** Reads the whole text; where it is no JSON, the fault says up to which place it is. */
  static JsonTree read(String json) {
    List<String> repeated = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      Object root = value(parser, "", repeated);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "more than one value");
      }
      return new JsonTree(root, repeated, Optional.empty());
    } catch (JsonProcessingException e) {
      // Jackson's own message quotes its way through its classes.
      String place =
          e.getLocation() == null
              ? ""
              : " at line %s, column %s"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      return new JsonTree(null, repeated, Optional.of("must be one JSON object, is not" + place));
    } catch (IOException e) {
      throw new IllegalStateException("a text is read from memory", e);
    }
  }

  private static Object value(JsonParser parser, String path, List<String> repeated)
      throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new JsonParseException(parser, "no value");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
          String at = path.isEmpty() ? name : path + "." + name;
          parser.nextToken();
          if (fields.putIfAbsent(name, value(parser, at, repeated)) != null) {
            repeated.add(at);
          }
        }
        yield fields;
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(parser, path + "[" + elements.size() + "]", repeated));
        }
        yield elements;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? new Other(parser.getText())
              : (Object) parser.getLongValue();
      default -> new Other(parser.getText());
    };
  }
}
