package io.clickledger.ingestion.http;

import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResults;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The forms in which clicks may be posted. */
enum ClickFormat {
  /** One object, or an array of them. */
  JSON("application/json") {
    @Override
    ReadResults read(byte[] body, Instant now, int maxClicks) {
      return ClickReader.readPostedJson(body, now, Source.S2S, maxClicks);
    }
  },
  /** One object a line. */
  LINES("application/x-ndjson") {
    @Override
    ReadResults read(byte[] body, Instant now, int maxClicks) {
      ReadResults clicks = ClickReader.readPostedLines(body, now, Source.S2S, maxClicks);
      // An array may be empty on purpose; a body without a line is a mistake and answered as one.
      return clicks.results().isEmpty()
          ? new ReadResults(
              List.of(ClickReader.readPosted(new byte[0], now, Source.S2S)), clicks.end())
          : clicks;
    }
  };

  private static final String CHARSET = "charset=";

  private final String mediaType;

  ClickFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  /**
   * Reads the clicks of a body.
   *
   * @param maxClicks how many are read at most
   */
  abstract ReadResults read(byte[] body, Instant now, int maxClicks);

  static List<String> mediaTypes() {
    return Arrays.stream(values()).map(format -> format.mediaType).toList();
  }

  /**
   * The format that the headers name.
   *
   * @throws io.clickledger.http.ProblemException 415 for another type, charset or encoding
   */
  static ClickFormat of(String contentType, String contentEncoding) {
    if (contentEncoding != null && !contentEncoding.equalsIgnoreCase("identity")) {
      throw IngestionProblems.unsupported("Content-Encoding", "absent", contentEncoding);
    }
    String[] parts =
        contentType == null
            ? new String[] {""}
            : contentType.toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith(CHARSET) && !parameter.equals(CHARSET + "utf-8")) {
        throw IngestionProblems.unsupported("charset", "utf-8", contentType);
      }
    }
    return Arrays.stream(values())
        .filter(format -> format.mediaType.equals(parts[0].strip()))
        .findFirst()
        .orElseThrow(
            () ->
                IngestionProblems.unsupported(
                    "Content-Type", String.join(" or ", mediaTypes()), contentType));
  }
}
