package io.clickledger.ingestion;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import io.clickledger.rules.Fault;
import io.clickledger.rules.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every problem that ingestion itself answers with. */
final class IngestionProblems {

  /** A body of nothing but commas has a fault for every other byte; an answer must not. */
  static final int MOST_ERRORS = 100;

  private IngestionProblems() {}

  /** One fault of one click, by its place in the request. */
  private record MalformedField(int index, String field, String reason, String detail) {}

  static ProblemException malformed(List<Reading> readings) {
    List<MalformedField> errors = new ArrayList<>();
    int malformed = 0;
    for (int index = 0; index < readings.size(); index++) {
      if (readings.get(index) instanceof Reading.Rejected rejected) {
        malformed++;
        for (Fault fault : rejected.faults()) {
          if (errors.size() < MOST_ERRORS) {
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
                "%d of %d malformed, so none was accepted; the first %d errors are listed at most"
                    .formatted(malformed, readings.size(), MOST_ERRORS))
            .with("errors", errors));
  }

  static ProblemException unsupported(String what, String allowed, String was) {
    return new ProblemException(
        Problem.ofStatus(
                415, "%s must be %s, was %s".formatted(what, allowed, was == null ? "absent" : was))
            .withHeader("Accept-Post", String.join(", ", ClickFormat.mediaTypes())));
  }

  static ProblemException notAcknowledged(String why, Duration retryAfter, Throwable cause) {
    return new ProblemException(
        new Problem(
                503,
                "clicks-not-acknowledged",
                "Clicks not acknowledged",
                why + "; send all of them again, under the same click_id")
            .withHeader("Retry-After", Long.toString(retryAfter.toSeconds())),
        cause);
  }
}
