package io.clickledger.batch.billing.run;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.programs.TryLaterException;
import io.clickledger.programs.WrongUsageException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * The billing run of a date. Judges the days that are due, adds late clicks to final ones, passes
 * both through the gate on a branch, and publishes them as one row of billing.publications. It may
 * be killed at any point and run again; run again without new clicks, it publishes nothing.
 */
public final class RollUpClicksJob {
  /** The lock under which a billing run pins its input, computes and publishes. */
  public static final String LOCK = "billing";

  private final SparkSession spark;
  private final BatchSettings settings;
  private final Clock clock;
  private final BillingRunGate.BeforeGate beforeGate;
  private final Consumer<String> progress;

  /**
   * @param progress takes a line for each step, for whoever waits
   */
  RollUpClicksJob(
      SparkSession spark, BatchSettings settings, Clock clock, Consumer<String> progress) {
    this(spark, settings, clock, BillingRunGate.BeforeGate.NOTHING, progress);
  }

  RollUpClicksJob(
      SparkSession spark,
      BatchSettings settings,
      Clock clock,
      BillingRunGate.BeforeGate beforeGate,
      Consumer<String> progress) {
    this.spark = spark;
    this.settings = settings;
    this.clock = clock;
    this.beforeGate = beforeGate;
    this.progress = progress;
  }

  /** Runs the billing run under the lock of the billing tables. */
  BillingRunOutcome run(BillingRunOptions options) {
    LocalDate date = options.date();
    Instant startedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
    if (startedAt.isBefore(BillingRunDays.start(date.plusDays(1)))) {
      throw new WrongUsageException(
          "date must be a UTC day that is over, was %s at %s: it ends at %s"
              .formatted(date, startedAt, BillingRunDays.start(date.plusDays(1))));
    }
    try (AdvisoryLock lock =
        AdvisoryLock.take(CatalogDatabase.of(settings.lake()), LOCK)
            .orElseThrow(
                () ->
                    new TryLaterException(
                        "another billing run is in progress: it holds the lock of the billing tables"))) {
      return new BillingRun(spark, settings, clock, beforeGate, lock, options, startedAt, progress)
          .run();
    }
  }
}
