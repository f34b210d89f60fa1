package io.clickledger.ingestion.http;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.json.ReadResult;
import io.clickledger.rules.json.ReadResults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Every problem with a request. */
final class IngestionProblems {

  private IngestionProblems() {}

  /** One fault of one click, by its place in the request. */
  private record MalformedField(int index, String field, String reason, String detail) {}

  static ProblemException malformed(ReadResults clicks) {
    List<ReadResult> results = clicks.results();
    List<MalformedField> errors = new ArrayList<>();
    int malformed = 0;
    for (int index = 0; index < results.size(); index++) {
      if (results.get(index) instanceof ReadResult.Rejected rejected) {
        malformed++;
        for (Fault fault : rejected.faults()) {
          if (errors.size() < ClickLimits.MAX_REQUEST_FAULTS) {
            errors.add(
                new MalformedField(index, fault.field(), fault.reason().name(), fault.detail()));
          }
        }
      }
    }
    return new ProblemException(
        new Problem(
                400,
                "malformed-clicks",
                "Malformed clicks",
                "%d of %s%d malformed, so none was accepted%s"
                    .formatted(
                        malformed,
                        clicks.end() == ReadResults.End.BODY ? "" : "the first ",
                        results.size(),
                        unread(clicks.end())))
            .with("errors", errors));
  }

  private static String unread(ReadResults.End end) {
    return switch (end) {
      case BODY -> "";
      case UNREADABLE -> "; the body could not be read further";
      case MAX_FAULTS ->
          "; only the first %d errors are listed, and what follows was not read"
              .formatted(ClickLimits.MAX_REQUEST_FAULTS);
      case MAX_CLICKS -> "; there are more than may be in one request";
    };
  }

  static ProblemException tooManyClicks(int maxClicks) {
    return new ProblemException(
        Problem.ofStatus(
            413,
            "the body must have at most %d clicks, had more, so none was accepted"
                .formatted(maxClicks)));
  }

  static ProblemException tooLarge(int maxBytes) {
    return new ProblemException(
        Problem.ofStatus(413, "the body must be at most %d bytes".formatted(maxBytes)));
  }

  static ProblemException notEncodedSo(BodyEncoding encoding) {
    return new ProblemException(
        new Problem(
            400,
            "malformed-body",
            "Malformed body",
            "the body must be %s as its Content-Encoding says, was not, so no click was accepted"
                .formatted(encoding.name().toLowerCase(Locale.ROOT))));
  }

  /** The connection is closed: the rest of the body is not read. */
  static ProblemException tooSlow(Duration maxTime) {
    return new ProblemException(
        Problem.ofStatus(
                408,
                "the body must be sent within %d ms, was not, so no click was accepted"
                    .formatted(maxTime.toMillis()))
            .withHeader("Connection", "close"));
  }

  static ProblemException unsupported(String what, String allowed, String was) {
    return unsupported(what, allowed, was, ClickFormat.mediaTypes());
  }

  static ProblemException unsupportedBeacon(List<String> mediaTypes, String was) {
    return unsupported(
        "Content-Type of a beacon without a query",
        String.join(" or ", mediaTypes),
        was,
        mediaTypes);
  }

  private static ProblemException unsupported(
      String what, String allowed, String was, List<String> mediaTypes) {
    return new ProblemException(
        Problem.ofStatus(
                415,
                "%s must be %s, was %s"
                    .formatted(what, allowed, was == null ? "absent" : Problem.excerpt(was)))
            .withHeader("Accept-Post", String.join(", ", mediaTypes)));
  }
}
