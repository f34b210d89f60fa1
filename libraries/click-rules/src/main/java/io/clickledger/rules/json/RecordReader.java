package io.clickledger.rules.json;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.contract.RejectionReason;
import java.io.IOException;

/** Reads one record that should be one JSON object. */
final class RecordReader {

  /** Characters of the longest long, sign included. */
  private static final int MAX_INTEGER_CHARACTERS = 20;

  private RecordReader() {}

  /** Reads the bytes in [start, to), behind a byte order mark if there is one. */
  static ReadResult read(byte[] bytes, int start, int to, Origin origin) {
    int from = Utf8.hasByteOrderMark(bytes, start, to) ? start + Utf8.BYTE_ORDER_MARK_BYTES : start;
    if (to - from > ClickLimits.RECORD_BYTES) {
      return tooLarge(to - from);
    }
    Fault encoding = encodingFault(bytes, from, to);
    if (encoding != null) {
      return new ReadResult.Rejected(encoding);
    }
    try (JsonParser parser = RecordJson.FACTORY.createParser(bytes, from, to - from)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return new ReadResult.Rejected(
            new Fault(RejectionReason.EMPTY, null, "the record must be a JSON object, was empty"));
      }
      if (token != JsonToken.START_OBJECT) {
        return notAnObject(token);
      }
      ClickDraft draft = object(parser, origin);
      requireEnd(parser);
      return origin.judge(draft);
    } catch (IOException e) {
      return unreadable(e);
    }
  }

  /** Reads from behind the opening brace to the closing one. */
  private static ClickDraft object(JsonParser parser, Origin origin) throws IOException {
    ClickDraft draft = new ClickDraft();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      ClickField field = ClickField.find(name);
      JsonToken token = parser.nextToken();
      if (field == null) {
        otherField(draft, name, parser);
      } else if (!draft.name(field) || token == JsonToken.VALUE_NULL) {
        parser.skipChildren();
      } else if (!origin.allows(field)) {
        draft.notAllowed(field);
        parser.skipChildren();
      } else {
        field(draft, field, token, parser);
      }
    }
    return draft;
  }

  private static void field(ClickDraft draft, ClickField field, JsonToken token, JsonParser parser)
      throws IOException {
    switch (token) {
      case VALUE_STRING -> draft.text(field, parser.getText());
      case VALUE_NUMBER_INT -> {
        if (parser.getTextLength() <= MAX_INTEGER_CHARACTERS
            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
          draft.integer(field, parser.getLongValue());
        } else {
          draft.hugeInteger(field);
        }
      }
      case VALUE_NUMBER_FLOAT -> draft.other(field, "a number with a fraction or an exponent");
      case VALUE_TRUE -> draft.truth(field, Boolean.TRUE);
      case VALUE_FALSE -> draft.truth(field, Boolean.FALSE);
      default -> {
        draft.other(field, token == JsonToken.START_ARRAY ? "an array" : "an object");
        parser.skipChildren();
      }
    }
  }

  private static void otherField(ClickDraft draft, String name, JsonParser parser)
      throws IOException {
    JsonCopy copy = JsonCopy.of(parser);
    if (Utf8.hasLoneSurrogate(name)) {
      draft
          .otherFields()
          .addAtFault(
              name,
              RejectionReason.MALFORMED,
              "must be Unicode text, had half of a surrogate pair");
    } else if (copy.reason() != null) {
      draft.otherFields().addAtFault(name, copy.reason(), copy.detail());
    } else {
      draft.otherFields().add(name, copy.text());
    }
  }

  /** What is not UTF-8 and what Jackson would take for UTF-16 or UTF-32; null where it is fine. */
  static Fault encodingFault(byte[] bytes, int from, int to) {
    int fault = Utf8.firstFault(bytes, from, to);
    for (int i = from; fault < 0 && i < Math.min(from + 4, to); i++) {
      if (bytes[i] == 0) {
        fault = i;
      }
    }
    if (fault >= 0) {
      return new Fault(
          RejectionReason.UNREADABLE_JSON,
          null,
          "the record must be JSON in UTF-8, was not at byte " + (fault - from));
    }
    return null;
  }

  private static void requireEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "more than one value", parser.currentTokenLocation());
    }
  }

  private static ReadResult tooLarge(int bytes) {
    return new ReadResult.Rejected(
        new Fault(
            RejectionReason.TOO_LARGE,
            null,
            "the record must have at most " + ClickLimits.RECORD_BYTES + " bytes, had " + bytes));
  }

  private static ReadResult notAnObject(JsonToken token) {
    String was =
        switch (token) {
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "a string";
          case VALUE_NULL -> "null";
          case VALUE_TRUE, VALUE_FALSE -> "true or false";
          default -> "a number";
        };
    return new ReadResult.Rejected(
        new Fault(
            RejectionReason.NOT_AN_OBJECT, null, "the record must be a JSON object, was " + was));
  }

  /** Jackson's message quotes the record, so only the position is reported. */
  private static ReadResult unreadable(IOException e) {
    long at = -1;
    if (e instanceof JsonProcessingException json && json.getLocation() != null) {
      at = json.getLocation().getByteOffset();
    }
    return new ReadResult.Rejected(
        new Fault(
            RejectionReason.UNREADABLE_JSON,
            null,
            "the record must be one JSON object and nothing else, was not"
                + (at < 0 ? "" : " at byte " + at)));
  }
}
