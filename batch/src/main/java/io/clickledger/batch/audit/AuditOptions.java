package io.clickledger.batch.audit;

import io.clickledger.batch.JobFailedException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * What an audit looks at.
 *
 * @param from first UTC day of landing
 * @param to the day after the last
 * @param bootstrapServers a broker that may tell what did not land; empty for none
 */
public record AuditOptions(
    LocalDate from, LocalDate to, Optional<String> bootstrapServers, String topic) {
  private static final String USAGE =
      "audit takes --settings FILE [--from YYYY-MM-DD] [--to YYYY-MM-DD]"
          + " [--bootstrap-servers HOST:PORT,...] [--topic NAME]";

  public AuditOptions {
    if (!from.isBefore(to)) {
      throw new JobFailedException(
          "--from must be before --to, which is not audited itself, were %s and %s"
              .formatted(from, to));
    }
  }

  /** Yesterday and today, unless the arguments say otherwise. */
  public static AuditOptions parse(List<String> arguments, Instant now) {
    LocalDate today = now.atOffset(ZoneOffset.UTC).toLocalDate();
    LocalDate from = today.minusDays(1);
    LocalDate to = today.plusDays(1);
    Optional<String> bootstrapServers = Optional.empty();
    String topic = "clicks";
    for (int i = 0; i < arguments.size(); i += 2) {
      if (i + 1 == arguments.size()) {
        throw new JobFailedException(USAGE + ", was given " + arguments);
      }
      String value = arguments.get(i + 1);
      switch (arguments.get(i)) {
        case "--from" -> from = date("--from", value);
        case "--to" -> to = date("--to", value);
        case "--bootstrap-servers" -> bootstrapServers = Optional.of(value);
        case "--topic" -> topic = value;
        default -> throw new JobFailedException(USAGE + ", was given " + arguments);
      }
    }
    return new AuditOptions(from, to, bootstrapServers, topic);
  }

  public Instant start() {
    return from.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  public Instant end() {
    return to.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static LocalDate date(String option, String value) {
    try {
      return LocalDate.parse(value);
    } catch (DateTimeParseException e) {
      throw new JobFailedException(option + " must be YYYY-MM-DD, was " + value);
    }
  }
}
