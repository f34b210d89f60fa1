package io.clickledger.streaming;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is to be counted again.
 *
 * @param from first UTC day of landing
 * @param to the day after the last
 */
record RebuildOptions(LocalDate from, LocalDate to) {
  private static final String USAGE =
      "rebuild-live takes --settings FILE --from YYYY-MM-DD --to YYYY-MM-DD, UTC days of landing,"
          + " --to not included";

  RebuildOptions {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException(
          "--from must be before --to, which is not rebuilt itself, were %s and %s"
              .formatted(from, to));
    }
  }

  static RebuildOptions parse(List<String> arguments) {
    Map<String, LocalDate> days = new TreeMap<>();
    for (int i = 0; i + 1 < arguments.size(); i += 2) {
      days.put(arguments.get(i), date(arguments.get(i), arguments.get(i + 1)));
    }
    if (arguments.size() != 4 || !List.copyOf(days.keySet()).equals(List.of("--from", "--to"))) {
      throw new IllegalArgumentException(USAGE + ", was given " + arguments);
    }
    return new RebuildOptions(days.get("--from"), days.get("--to"));
  }

  /** Starts of the days, oldest first. */
  List<Instant> days() {
    return from.datesUntil(to).map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant()).toList();
  }

  private static LocalDate date(String option, String value) {
    try {
      return LocalDate.parse(value);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(option + " must be YYYY-MM-DD, was " + value, e);
    }
  }
}
