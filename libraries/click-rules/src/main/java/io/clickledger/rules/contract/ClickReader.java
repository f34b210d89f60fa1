package io.clickledger.rules.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.clickledger.rules.contract.PostedClicks.End;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Parses and validates clicks. A pure function: the same bytes and time give the same result on
 * every machine and every day. It never throws because of the bytes.
 */
public final class ClickReader {

  /*
   * Jackson's own limits are off: a record's size bounds everything, and a limit that is not in the
   * contract would reject by an exception's text. Names are not interned: senders choose them.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** Characters of the longest long, sign included. */
  private static final int MAX_INTEGER_CHARACTERS = 20;

  private ClickReader() {}

  /**
   * Reads one record of the topic. Times are held against received_at where ingestion set it, else
   * against the record's Kafka timestamp.
   *
   * @param value the record's value; null for a record without one
   */
  public static ReadResult read(byte[] value, Instant kafkaTimestamp) {
    Objects.requireNonNull(kafkaTimestamp, "kafkaTimestamp");
    return whole(value == null ? new byte[0] : value, new Origin(kafkaTimestamp, null));
  }

  /**
   * Reads one posted click, and stamps it with {@code now} (to the millisecond) and its source.
   * What only ingestion sets must be absent.
   */
  public static ReadResult readPosted(byte[] value, Instant now, Source source) {
    return whole(value, posted(now, source));
  }

  /**
   * Reads a posted body that is one object or an array of them: a reading for each, as {@link
   * #readPosted} would give it. No reading for an empty array only.
   *
   * @param maxClicks how many clicks are read at most
   */
  public static PostedClicks readPostedJson(
      byte[] body, Instant now, Source source, int maxClicks) {
    Origin origin = posted(now, source);
    Fault encoding = encodingFault(body, 0, body.length);
    if (encoding != null) {
      return new PostedClicks(List.of(new ReadResult.Rejected(encoding)), End.UNREADABLE);
    }
    return PostedRecords.isArray(body)
        ? records(new PostedRecords.Elements(body), origin, maxClicks)
        : new PostedClicks(List.of(whole(body, origin)), End.BODY);
  }

  /**
   * Reads a posted body of one object per line: a reading for each line that is not blank, as
   * {@link #readPosted} would give it.
   *
   * @param maxClicks how many clicks are read at most
   */
  public static PostedClicks readPostedLines(
      byte[] body, Instant now, Source source, int maxClicks) {
    return records(new PostedRecords.Lines(body), posted(now, source), maxClicks);
  }

  /**
   * Reads a click out of the parameters of a query. An empty parameter is an absent one, as a query
   * has no null; integers are in decimal digits; a parameter that the contract does not know is
   * kept as a JSON text.
   */
  public static ReadResult readParameters(
      Map<String, String> parameters, Instant now, Source source) {
    Origin origin = posted(now, source);
    ClickDraft draft = new ClickDraft();
    parameters.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            parameter(draft, name, value);
          }
        });
    return origin.judge(draft);
  }

  /** Where a record came from: what its times are held against and who set its last fields. */
  private record Origin(Instant reference, Source postedFrom) {

    boolean allows(ClickField field) {
      return postedFrom == null || !field.isSetByIngestion();
    }

    ReadResult judge(ClickDraft draft) {
      return postedFrom == null ? draft.landed(reference) : draft.posted(reference, postedFrom);
    }
  }

  /*
   * Truncated to the topic's precision before it is compared, because landing compares with the
   * truncated value and must not reject what was accepted here.
   */
  private static Origin posted(Instant now, Source source) {
    return new Origin(now.truncatedTo(ChronoUnit.MILLIS), Objects.requireNonNull(source, "source"));
  }

  private static ReadResult whole(byte[] value, Origin origin) {
    return part(value, 0, value.length, origin);
  }

  private static ReadResult part(byte[] bytes, int from, int to, Origin origin) {
    if (to - from > ClickLimits.RECORD_BYTES) {
      return tooLarge(to - from);
    }
    Fault encoding = encodingFault(bytes, from, to);
    if (encoding != null) {
      return new ReadResult.Rejected(encoding);
    }
    try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
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

  private static PostedClicks records(PostedRecords records, Origin origin, int maxClicks) {
    List<ReadResult> readings = new ArrayList<>();
    int faults = 0;
    while (records.next()) {
      if (faults >= ClickLimits.MAX_REQUEST_FAULTS) {
        return new PostedClicks(readings, End.MAX_FAULTS);
      }
      if (readings.size() == maxClicks) {
        return new PostedClicks(readings, End.MAX_CLICKS);
      }
      ReadResult reading = part(records.body, records.from, records.to, origin);
      readings.add(reading);
      if (reading instanceof ReadResult.Rejected rejected) {
        faults += rejected.faults().size();
        if (records instanceof PostedRecords.Elements
            && rejected.first().reason() == RejectionReason.UNREADABLE_JSON) {
          return new PostedClicks(readings, End.UNREADABLE);
        }
      }
    }
    if (records.faultAt() == PostedRecords.NONE) {
      return new PostedClicks(readings, End.BODY);
    }
    readings.add(
        new ReadResult.Rejected(
            new Fault(
                RejectionReason.UNREADABLE_JSON,
                null,
                "the body must be one JSON array and nothing else, was not at byte "
                    + records.faultAt())));
    return new PostedClicks(readings, End.UNREADABLE);
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
      draft.otherFieldAtFault(
          name, RejectionReason.MALFORMED, "must be Unicode text, had half of a surrogate pair");
    } else if (copy.reason() != null) {
      draft.otherFieldAtFault(name, copy.reason(), copy.detail());
    } else {
      draft.otherField(name, copy.text());
    }
  }

  private static void parameter(ClickDraft draft, String name, String value) {
    ClickField field = ClickField.find(name);
    if (field == null) {
      if (Utf8.hasLoneSurrogate(name) || Utf8.hasLoneSurrogate(value)) {
        draft.otherFieldAtFault(
            name, RejectionReason.MALFORMED, "must be Unicode text, had half of a surrogate pair");
      } else {
        draft.otherField(name, JsonCopy.quoted(value));
      }
      return;
    }
    draft.name(field);
    if (field.isSetByIngestion()) {
      draft.notAllowed(field);
    } else if ((field == ClickField.CLICKED_AT || field == ClickField.CLAIMED_COST_MICROS)
        && isInteger(value)) {
      try {
        draft.integer(field, Long.parseLong(value));
      } catch (NumberFormatException e) {
        draft.hugeInteger(field);
      }
    } else {
      draft.text(field, value);
    }
  }

  private static boolean isInteger(String value) {
    int first = value.charAt(0) == '-' ? 1 : 0;
    for (int i = first; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return value.length() > first;
  }

  /** What is not UTF-8 and what Jackson would take for UTF-16, UTF-32 or a byte order mark. */
  private static Fault encodingFault(byte[] bytes, int from, int to) {
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
    if (to - from >= 3
        && bytes[from] == (byte) 0xef
        && bytes[from + 1] == (byte) 0xbb
        && bytes[from + 2] == (byte) 0xbf) {
      return new Fault(
          RejectionReason.UNREADABLE_JSON,
          null,
          "the record must be JSON in UTF-8, started with a byte order mark");
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
          case VALUE_STRING -> "a text";
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
