package io.clickledger.lake.publish;

import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingRestatements;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.ClosedDays;
import io.clickledger.schemas.FraudClickIds;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * One published state of the final numbers: the seam, the snapshots that readers pin, and how far
 * the raw lake was read for them.
 *
 * @param through the seam, exclusive: clicks before it are final, clicks from it on are live
 * @param closed the days that no later publication changes
 */
public record Publication(
    long publicationId,
    Instant publishedAt,
    String runId,
    Instant through,
    Map<TableName, Long> finalSnapshotIds,
    long liveSnapshotId,
    Map<Integer, Long> rawOffsets,
    Instant landedThrough,
    List<LocalDate> restatedDays,
    ClosedDays closed,
    PublishedTotals totals) {
  /** The tables that readers of a publication see: their snapshots are kept for years. */
  public static final List<TableName> FINAL_TABLES =
      List.of(
          BillingClicksByQuarterHour.TABLE,
          BillingClicksByDay.TABLE,
          BillingRestatements.TABLE,
          BillingLedger.TABLE,
          BillingAdjustments.TABLE,
          BillingUnchargedClicks.TABLE,
          BillingPeriods.TABLE,
          BillingVoidedClicks.TABLE,
          FraudClickVerdicts.TABLE);

  /**
   * All tables that a publication moves, in this order; the index is kept for the next run only.
   */
  public static final List<TableName> TABLES =
      Stream.concat(FINAL_TABLES.stream(), Stream.of(FraudClickIds.TABLE)).toList();

  public Publication {
    if (publicationId < 1) {
      throw new IllegalArgumentException("publicationId must be 1 or more, was " + publicationId);
    }
    finalSnapshotIds = Map.copyOf(finalSnapshotIds);
    rawOffsets = Map.copyOf(rawOffsets);
    restatedDays = List.copyOf(restatedDays);
  }

  /** The publication that this one follows; empty for the first. */
  public OptionalLong previousPublicationId() {
    return publicationId == 1 ? OptionalLong.empty() : OptionalLong.of(publicationId - 1);
  }

  /** The published snapshot of a final table. */
  public long snapshotOf(TableName table) {
    Long snapshotId = finalSnapshotIds.get(table);
    if (snapshotId == null) {
      throw new IllegalArgumentException(
          "publication " + publicationId + " has no snapshot of " + table);
    }
    return snapshotId;
  }
}
