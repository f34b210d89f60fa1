package io.clickledger.batch.billing.run;

import io.clickledger.batch.ledger.ClickVoid.NamedClick;
import io.clickledger.programs.WrongUsageException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a billing run does beside making days final. */
public sealed interface BillingTask {
  /** The job of {@link ClosePeriod}. */
  String CLOSE_PERIOD = "ClosePeriod";

  /** The job of {@link VoidClicks}. */
  String VOID_CLICKS = "VoidClicks";

  /** The name of the job in billing.runs. */
  String job();

  /** Nothing else. */
  record MakeFinal() implements BillingTask {
    @Override
    public String job() {
      return "RollUpClicks";
    }
  }

  /**
   * Judges the days of a month again in full, and closes it.
   *
   * @param advertiserId whose period is closed; empty for every advertiser
   */
  record ClosePeriod(YearMonth month, Optional<String> advertiserId) implements BillingTask {
    @Override
    public String job() {
      return CLOSE_PERIOD;
    }
  }

  /**
   * Judges final days again in full, by today's metadata and rules.
   *
   * @param from the first UTC day
   * @param to the day after the last
   */
  record Reprocess(LocalDate from, LocalDate to) implements BillingTask {
    public Reprocess {
      if (!from.isBefore(to)) {
        throw new WrongUsageException(
            "--from must be before --to, was %s and %s".formatted(from, to));
      }
    }

    @Override
    public String job() {
      return "Reprocess";
    }
  }

  /**
   * Voids clicks.
   *
   * @param reason why
   * @param by who
   */
  record VoidClicks(SortedSet<NamedClick> clicks, String reason, String by) implements BillingTask {
    private static final int MAX_REASON_CHARACTERS = 1_000;

    public VoidClicks {
      clicks = Collections.unmodifiableSortedSet(new TreeSet<>(clicks));
      if (clicks.isEmpty()) {
        throw new WrongUsageException("--click-ids must name a click at least, names none");
      }
      if (reason.isBlank() || reason.length() > MAX_REASON_CHARACTERS) {
        throw new WrongUsageException(
            "reason must be a text of 1 to %d characters, was \"%s\""
                .formatted(MAX_REASON_CHARACTERS, reason));
      }
    }

    @Override
    public String job() {
      return VOID_CLICKS;
    }
  }
}
