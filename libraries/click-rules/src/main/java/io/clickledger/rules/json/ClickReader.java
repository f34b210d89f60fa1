package io.clickledger.rules.json;

import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ReadResults.End;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Parses and validates clicks. A pure function: the same bytes and time give the same result on
 * every machine and every day. It never throws because of the bytes.
 */
public final class ClickReader {

  private ClickReader() {}

  /**
   * Reads one record of the topic. Times are held against received_at where ingestion set it, else
   * against the record's Kafka timestamp.
   *
   * @param value the record's value; null for a record without one
   */
  public static ReadResult read(byte[] value, Instant kafkaTimestamp) {
    return whole(value == null ? new byte[0] : value, Origin.landed(kafkaTimestamp));
  }

  /**
   * Reads one posted click, and stamps it with {@code now} (to the millisecond) and its source.
   * What only ingestion sets must be absent.
   */
  public static ReadResult readPosted(byte[] value, Instant now, Source source) {
    return whole(value, Origin.posted(now, source));
  }

  /**
   * Reads a posted body that is one object or an array of them: a reading for each, as {@link
   * #readPosted} would give it. No reading for an empty array only.
   *
   * @param maxClicks how many clicks are read at most
   */
  public static ReadResults readPostedJson(
      byte[] posted, Instant now, Source source, int maxClicks) {
    Origin origin = Origin.posted(now, source);
    byte[] body =
        Utf8.hasByteOrderMark(posted, 0, posted.length)
            ? Arrays.copyOfRange(posted, Utf8.BYTE_ORDER_MARK_BYTES, posted.length)
            : posted;
    Fault encoding = RecordReader.encodingFault(body, 0, body.length);
    if (encoding != null) {
      return new ReadResults(List.of(new ReadResult.Rejected(encoding)), End.UNREADABLE);
    }
    return PostedRecords.isArray(body)
        ? records(new PostedRecords.Elements(body), origin, maxClicks)
        : new ReadResults(List.of(whole(body, origin)), End.BODY);
  }

  /**
   * Reads a posted body of one object per line: a reading for each line that is not blank, as
   * {@link #readPosted} would give it.
   *
   * @param maxClicks how many clicks are read at most
   */
  public static ReadResults readPostedLines(
      byte[] body, Instant now, Source source, int maxClicks) {
    return records(new PostedRecords.Lines(body), Origin.posted(now, source), maxClicks);
  }

  /**
   * Reads a click out of the parameters of a request. What is optional never costs the click: what
   * cannot be kept is left out and named in the other field input_faults. What is required is held
   * to the same rules as in JSON; integers are in decimal digits.
   */
  public static ReadResult readParameters(ClickParameters parameters, Instant now, Source source) {
    return ParameterReader.read(parameters, Origin.posted(now, source));
  }

  private static ReadResult whole(byte[] value, Origin origin) {
    return RecordReader.read(value, 0, value.length, origin);
  }

  private static ReadResults records(PostedRecords records, Origin origin, int maxClicks) {
    List<ReadResult> results = new ArrayList<>();
    int faults = 0;
    while (records.next()) {
      if (faults >= ClickLimits.MAX_REQUEST_FAULTS) {
        return new ReadResults(results, End.MAX_FAULTS);
      }
      if (results.size() == maxClicks) {
        return new ReadResults(results, End.MAX_CLICKS);
      }
      ReadResult reading = RecordReader.read(records.body, records.from, records.to, origin);
      results.add(reading);
      if (reading instanceof ReadResult.Rejected rejected) {
        faults += rejected.faults().size();
        if (records instanceof PostedRecords.Elements
            && rejected.first().reason() == RejectionReason.UNREADABLE_JSON) {
          return new ReadResults(results, End.UNREADABLE);
        }
      }
    }
    if (records.faultAt() == PostedRecords.NONE) {
      return new ReadResults(results, End.BODY);
    }
    results.add(
        new ReadResult.Rejected(
            new Fault(
                RejectionReason.UNREADABLE_JSON,
                null,
                "the body must be one JSON array and nothing else, was not at byte "
                    + records.faultAt())));
    return new ReadResults(results, End.UNREADABLE);
  }
}
