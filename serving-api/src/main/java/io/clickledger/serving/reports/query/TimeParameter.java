package io.clickledger.serving.reports.query;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An instant as people give it: with an offset, or as a time or a day of the report's zone. */
final class TimeParameter {

  static final String ALLOWED =
      "an instant (2026-11-20T00:00:00Z), or a local date-time (2026-11-20T00:00) or day"
          + " (2026-11-20) of time_zone";

  // A + that was not written as %2B arrives as a space.
  private static final Pattern LOST_PLUS = Pattern.compile("(.*T[0-9:.]+) ([0-9]{2}(:?[0-9]{2})?)");

  private TimeParameter() {}

  /**
   * @throws IllegalArgumentException saying what is allowed
   */
  static Instant parse(String given, ZoneId zone) {
    String text = LOST_PLUS.matcher(given).replaceFirst("$1+$2");
    return withOffset(text)
        .or(() -> startOfDay(text, zone))
        .or(() -> local(text).map(local -> only(local, zone)))
        .orElseThrow(() -> new IllegalArgumentException(ALLOWED));
  }

  private static Optional<Instant> withOffset(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> startOfDay(String text, ZoneId zone) {
    try {
      return Optional.of(LocalDate.parse(text).atStartOfDay(zone).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<LocalDateTime> local(String text) {
    try {
      return Optional.of(LocalDateTime.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** A time that the zone's clocks skip or show twice is refused: a guess could cost money. */
  private static Instant only(LocalDateTime local, ZoneId zone) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    if (offsets.isEmpty()) {
      throw new IllegalArgumentException(
          "a time that the clocks of %s show (they skip this one)".formatted(zone));
    }
    if (offsets.size() > 1) {
      throw new IllegalArgumentException(
          "given with an offset (the clocks of %s show this time twice): %s"
              .formatted(
                  zone,
                  offsets.stream()
                      .map(offset -> local.atOffset(offset).toString())
                      .collect(Collectors.joining(" or "))));
    }
    return local.toInstant(offsets.get(0));
  }
}
