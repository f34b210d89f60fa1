package io.clickledger.batch.billing.run;

import io.clickledger.programs.WrongUsageException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The options of a billing run.
 *
 * @param date the UTC day that becomes final
 * @param closeDays final days that are closed with it, as they are published
 * @param missingClicks number of missing clicks that an operator accepts
 * @param unexplained difference between live and final without a cause that an operator accepts
 * @param reason the reason; required where days are closed or something is accepted
 * @param dryRun whether to report what would be published, without publishing
 * @param task what the run does beside making days final
 */
public record BillingRunOptions(
    LocalDate date,
    SortedSet<LocalDate> closeDays,
    long missingClicks,
    long unexplained,
    Optional<String> reason,
    boolean dryRun,
    BillingTask task) {
  private static final int MAX_REASON_CHARACTERS = 1_000;

  public BillingRunOptions {
    reason = reason.map(BillingRunOptions::checkedReason);
    closeDays = Collections.unmodifiableSortedSet(new TreeSet<>(closeDays));
    if ((closeDays.isEmpty() && missingClicks == 0 && unexplained == 0) != reason.isEmpty()) {
      throw new WrongUsageException(
          "--close-days, --accept-missing and --accept-unexplained need a --reason, and nothing else does");
    }
  }

  /** The options of a run that makes days final and nothing else. */
  public BillingRunOptions(
      LocalDate date,
      SortedSet<LocalDate> closeDays,
      long missingClicks,
      long unexplained,
      Optional<String> reason,
      boolean dryRun) {
    this(date, closeDays, missingClicks, unexplained, reason, dryRun, new BillingTask.MakeFinal());
  }

  /** The billing run for a date, which closes no days. */
  public static BillingRunOptions of(LocalDate date) {
    return new BillingRunOptions(date, new TreeSet<>(), 0, 0, Optional.empty(), false);
  }

  /** These, and a difference between live and final without a cause that an operator accepts. */
  BillingRunOptions accepting(long difference, Optional<String> why) {
    return new BillingRunOptions(date, closeDays, missingClicks, difference, why, dryRun, task);
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
