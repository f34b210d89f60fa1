package io.clickledger.batch.billing;

import io.clickledger.programs.WrongUsageException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a night is asked to do.
 *
 * @param date the UTC day that becomes final
 * @param closeDays final days that are closed with it, as they are published
 * @param missingClicks how many clicks landed and are in no row any more, as a person accepts
 * @param reason why so; there if days are closed or clicks are missing
 * @param dryRun to say what would be published, and publish nothing
 */
public record NightOptions(
    LocalDate date,
    SortedSet<LocalDate> closeDays,
    long missingClicks,
    Optional<String> reason,
    boolean dryRun) {
  private static final int MAX_REASON_CHARACTERS = 1_000;

  public NightOptions {
    reason = reason.map(NightOptions::checkedReason);
    closeDays = Collections.unmodifiableSortedSet(new TreeSet<>(closeDays));
    if ((closeDays.isEmpty() && missingClicks == 0) != reason.isEmpty()) {
      throw new WrongUsageException(
          "--close-days and --accept-missing need a --reason, and nothing else does");
    }
  }

  /** The night of a date, closing nothing. */
  public static NightOptions of(LocalDate date) {
    return new NightOptions(date, new TreeSet<>(), 0, Optional.empty(), false);
  }

  private static String checkedReason(String reason) {
    if (reason.isBlank() || reason.length() > MAX_REASON_CHARACTERS) {
      throw new WrongUsageException(
          "reason must be a text of 1 to %d characters, was \"%s\""
              .formatted(MAX_REASON_CHARACTERS, reason));
    }
    return reason;
  }
}
