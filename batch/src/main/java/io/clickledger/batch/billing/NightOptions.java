package io.clickledger.batch.billing;

import io.clickledger.batch.JobFailedException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private static final String DATE = "--date";
  private static final String CLOSE_DAYS = "--close-days";
  private static final String ACCEPT_MISSING = "--accept-missing";
  private static final String REASON = "--reason";
  private static final String DRY_RUN = "--dry-run";
  private static final String USAGE =
      "roll-up-clicks takes --settings FILE --date YYYY-MM-DD"
          + " [--close-days YYYY-MM-DD,...] [--accept-missing N] [--reason TEXT] [--dry-run]";
  private static final int MAX_REASON_CHARACTERS = 1_000;

  public NightOptions {
    closeDays = Collections.unmodifiableSortedSet(new TreeSet<>(closeDays));
    if ((closeDays.isEmpty() && missingClicks == 0) != reason.isEmpty()) {
      throw new JobFailedException(
          "closing days and accepting missing clicks need a reason, and nothing else does: "
              + USAGE);
    }
  }

  /** The night of a date, closing nothing. */
  public static NightOptions of(LocalDate date) {
    return new NightOptions(date, new TreeSet<>(), 0, Optional.empty(), false);
  }

  /**
   * Reads the command line.
   *
   * @throws JobFailedException saying what is wrong with it
   */
  static NightOptions parse(List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    List<String> pairs = new ArrayList<>(arguments);
    boolean dryRun = pairs.remove(DRY_RUN);
    for (int i = 0; i < pairs.size(); i += 2) {
      String name = pairs.get(i);
      if (!List.of(DATE, CLOSE_DAYS, ACCEPT_MISSING, REASON).contains(name)
          || i + 1 == pairs.size()
          || given.put(name, pairs.get(i + 1)) != null) {
        throw new JobFailedException(USAGE + ", was given " + arguments);
      }
    }
    if (!given.containsKey(DATE)) {
      throw new JobFailedException(USAGE + ", was given " + arguments);
    }
    SortedSet<LocalDate> closeDays = new TreeSet<>();
    if (given.containsKey(CLOSE_DAYS)) {
      for (String day : given.get(CLOSE_DAYS).split(",", -1)) {
        closeDays.add(date("each of close-days", day));
      }
    }
    return new NightOptions(
        date("date", given.get(DATE)),
        closeDays,
        given.containsKey(ACCEPT_MISSING) ? clicks(given.get(ACCEPT_MISSING)) : 0,
        Optional.ofNullable(given.get(REASON)).map(NightOptions::checkedReason),
        dryRun);
  }

  private static long clicks(String text) {
    try {
      long clicks = Long.parseLong(text);
      if (clicks != 0) {
        return clicks;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new JobFailedException(
        "accept-missing must be a number of clicks other than 0, as the gate said it, was " + text);
  }

  private static String checkedReason(String reason) {
    if (reason.isBlank() || reason.length() > MAX_REASON_CHARACTERS) {
      throw new JobFailedException(
          "reason must be a text of 1 to %d characters, was \"%s\""
              .formatted(MAX_REASON_CHARACTERS, reason));
    }
    return reason;
  }

  private static LocalDate date(String name, String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new JobFailedException(name + " must be YYYY-MM-DD, was " + text);
    }
  }
}
