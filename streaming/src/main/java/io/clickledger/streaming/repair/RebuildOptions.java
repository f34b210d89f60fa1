package io.clickledger.streaming.repair;

import io.clickledger.programs.WrongUsageException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What is to be counted again.
 *
 * @param from first UTC day of landing
 * @param to the day after the last
 */
record RebuildOptions(LocalDate from, LocalDate to) {
  RebuildOptions {
    if (!from.isBefore(to)) {
      throw new WrongUsageException(
          "--from must be before --to, which is not rebuilt itself, were %s and %s"
              .formatted(from, to));
    }
  }

  /** Starts of the days, oldest first. */
  List<Instant> days() {
    return from.datesUntil(to).map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant()).toList();
  }
}
