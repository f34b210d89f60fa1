package io.clickledger.batch.billing.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.clickledger.schemas.RawClicks;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.SortedSet;
import org.apache.spark.sql.Column;

/** Conditions for the rows of raw.clicks that a billing run reads. */
public final class RawClicksFilter {
  private RawClicksFilter() {}

  /** Rows of the landings up to this one; this condition makes a run reproducible. */
  public static Column landedBy(Instant landedThrough) {
    return col(RawClicks.LANDED_AT).leq(lit(landedThrough));
  }

  /** Rows of the days. */
  public static Column of(SortedSet<LocalDate> days) {
    return UtcDays.contain(days, RawClicks.CLICKED_AT);
  }

  /** Rows of other days, within reach of the days on either side. */
  public static Column around(SortedSet<LocalDate> days, Duration reach) {
    Instant start = BillingRunDays.start(days.first()).minus(reach);
    Instant end = BillingRunDays.start(days.last().plusDays(1)).plus(reach);
    return col(RawClicks.CLICKED_AT)
        .geq(lit(start))
        .and(col(RawClicks.CLICKED_AT).lt(lit(end)))
        .and(not(of(days)));
  }

  /** Rows before the seam that landed after the last landing batch that was read for it. */
  public static Column late(Instant seam, Instant landedThrough) {
    return col(RawClicks.CLICKED_AT)
        .lt(lit(seam))
        .and(col(RawClicks.LANDED_AT).gt(lit(landedThrough)));
  }
}
