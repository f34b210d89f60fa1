package io.clickledger.ingestion.http;

import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResults;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The forms in which clicks may be posted. */
enum ClickFormat {
  /** One object, or an array of them. */
  JSON("application/json", "text/json") {
    @Override
    ReadResults read(byte[] body, Instant now, int maxClicks) {
      return ClickReader.readPostedJson(body, now, Source.S2S, maxClicks);
    }
  },
  /** One object a line. */
  LINES(
      "application/x-ndjson",
      "application/ndjson",
      "application/jsonl",
      "application/x-jsonl",
      "application/jsonlines",
      "application/x-jsonlines") {
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

  private static final String CHARSET = "charset";

  /** UTF-8 under its names, and what is a part of it. */
  private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii", "ascii");

  private final List<String> mediaTypes;

  /** The registered name first, then others that senders use. */
  ClickFormat(String... mediaTypes) {
    this.mediaTypes = List.of(mediaTypes);
  }

  /**
   * Reads the clicks of a body.
   *
   * @param maxClicks how many are read at most
   */
  abstract ReadResults read(byte[] body, Instant now, int maxClicks);

  /** One for each format. */
  static List<String> mediaTypes() {
    return Arrays.stream(values()).map(format -> format.mediaTypes.get(0)).toList();
  }

  /**
   * The format that the header names.
   *
   * @throws io.clickledger.http.ProblemException 415 for another type or charset
   */
  static ClickFormat of(String contentType) {
    String[] parts =
        contentType == null
            ? new String[] {""}
            : contentType.toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String[] parameter = parts[i].replace("\"", "").split("=", 2);
      if (parameter[0].strip().equals(CHARSET)
          && !(parameter.length == 2 && CHARSETS.contains(parameter[1].strip()))) {
        throw IngestionProblems.unsupported("charset", "utf-8", contentType);
      }
    }
    return Arrays.stream(values())
        .filter(format -> format.mediaTypes.contains(parts[0].strip()))
        .findFirst()
        .orElseThrow(
            () ->
                IngestionProblems.unsupported(
                    "Content-Type", String.join(" or ", mediaTypes()), contentType));
  }
}
