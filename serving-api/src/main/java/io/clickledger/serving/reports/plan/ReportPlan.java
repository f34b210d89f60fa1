package io.clickledger.serving.reports.plan;

import io.clickledger.serving.pins.FinalTable;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.reports.query.Granularity;
import io.clickledger.serving.reports.query.ReportQuery;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an answer's rows are a pure function of: the query and the snapshots that it really reads.
 * So it is the key of cached answers: what is final stays cached while live moves on.
 *
 * @param seam clamped to the query's from..to: final before it, live from it on
 * @param finalSnapshotId empty where nothing final is read
 * @param publication that the final side is of; empty where nothing final is read
 * @param liveSnapshotId empty where nothing live is read
 */
public record ReportPlan(
    ReportQuery query,
    Instant seam,
    FinalTable finalTable,
    OptionalLong finalSnapshotId,
    Optional<Publication> publication,
    OptionalLong liveSnapshotId) {

  /** The coarsest table that answers, pinned. */
  public static ReportPlan of(ReportQuery query, Pin pin) {
    Instant seam = seam(query, pin);
    FinalTable table =
        query.periods().areUtcDaysUntil(seam) ? FinalTable.DAY : FinalTable.QUARTER_HOUR;
    OptionalLong finalSnapshotId =
        seam.isAfter(query.from())
            ? OptionalLong.of(pin.publication().orElseThrow().snapshotIds().get(table))
            : OptionalLong.empty();
    OptionalLong liveSnapshotId =
        seam.isBefore(query.to()) ? OptionalLong.of(pin.liveSnapshotId()) : OptionalLong.empty();
    return new ReportPlan(
        query,
        seam,
        table,
        finalSnapshotId,
        pin.publication().filter(published -> finalSnapshotId.isPresent()),
        liveSnapshotId);
  }

  /** The first UTC day that the final side touches. */
  LocalDate firstFinalDay() {
    return utcDay(query.from());
  }

  /** The day after the last one that it touches. */
  LocalDate finalDaysEnd() {
    return utcDay(seam.minusNanos(1)).plusDays(1);
  }

  private static LocalDate utcDay(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private static Instant seam(ReportQuery query, Pin pin) {
    if (query.granularity() == Granularity.MINUTE) {
      return query.from();
    }
    Instant through = pin.through().orElse(query.from());
    if (through.isBefore(query.from())) {
      return query.from();
    }
    return through.isAfter(query.to()) ? query.to() : through;
  }
}
