package io.clickledger.batch.billing.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.schemas.RawClicks;
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

  /** Rows before the seam that landed after the last landing batch that was read for it. */
  public static Column late(Instant seam, Instant landedThrough) {
    return col(RawClicks.CLICKED_AT)
        .lt(lit(seam))
        .and(col(RawClicks.LANDED_AT).gt(lit(landedThrough)));
  }
}
