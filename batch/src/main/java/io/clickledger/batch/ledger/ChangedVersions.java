package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Whose versions in ref are new since the publication before, and the local days that they may
 * change: by SQL, so that the gate sees a change that ChargeClicks missed.
 */
record ChangedVersions(
    Set<String> advertisers,
    Set<String> campaigns,
    Set<String> publishers,
    SortedSet<LocalDate> days) {
  static final ChangedVersions NONE =
      new ChangedVersions(Set.of(), Set.of(), Set.of(), new TreeSet<>());

  /**
   * Looks for them.
   *
   * @param before as the publication before read them
   */
  static ChangedVersions since(
      ReferenceVersions before,
      ReferenceVersions versions,
      BillingRunBranch branch,
      Instant through) {
    Map<String, Instant> advertisers =
        added(before, versions, RefAdvertisers.TABLE, RefAdvertisers.ADVERTISER_ID);
    Map<String, Instant> campaigns =
        added(before, versions, RefCampaigns.TABLE, RefCampaigns.CAMPAIGN_ID);
    Map<String, Instant> publishers =
        added(before, versions, RefPublishers.TABLE, RefPublishers.PUBLISHER_ID);
    SortedSet<LocalDate> days = new TreeSet<>();
    Set<String> ofShares = new HashSet<>(publishers.keySet());
    unchargedOfKnownPublishers(versions, branch)
        .collectAsList()
        .forEach(
            row -> {
              ofShares.add(row.getString(0));
              days.add(row.getDate(1).toLocalDate());
            });
    ChangedVersions changed =
        new ChangedVersions(advertisers.keySet(), campaigns.keySet(), ofShares, days);
    Stream.of(advertisers, campaigns, publishers)
        .flatMap(since -> since.values().stream())
        .min(Instant::compareTo)
        .filter(first -> first.isBefore(through))
        .ifPresent(first -> days.addAll(changed.booked(branch, first)));
    return changed;
  }

  /** Entities that were known before and have new versions: since when these may differ. */
  private static Map<String, Instant> added(
      ReferenceVersions before, ReferenceVersions versions, TableName table, String id) {
    String known = "known";
    String first = "first";
    Dataset<Row> earlier = before.rows(table);
    Column from = col(RefAdvertisers.VALID_FROM);
    Map<String, Instant> since = new HashMap<>();
    versions
        .rows(table)
        .join(
            earlier.select(RefAdvertisers.VERSION_ID),
            new String[] {RefAdvertisers.VERSION_ID},
            "left_anti")
        .join(
            broadcast(
                earlier.groupBy(col(id).as(known)).agg(min(RefAdvertisers.VALID_FROM).as(first))),
            col(id).equalTo(col(known)))
        // The first version holds before its valid_from as well.
        .select(col(id), when(from.leq(col(first)), lit(Instant.EPOCH)).otherwise(from))
        .collectAsList()
        .forEach(
            row ->
                since.merge(
                    row.getString(0),
                    row.<Timestamp>getAs(1).toInstant(),
                    (one, other) -> one.isBefore(other) ? one : other));
    return since;
  }

  /**
   * Published clicks that were not charged because nobody knew their publisher, who is known now.
   */
  private static Dataset<Row> unchargedOfKnownPublishers(
      ReferenceVersions versions, BillingRunBranch branch) {
    return branch
        .published(BillingUnchargedClicks.TABLE)
        .where(col(BillingUnchargedClicks.REASON).equalTo(UnchargedReason.UNKNOWN_PUBLISHER.name()))
        .join(
            versions.rows(RefPublishers.TABLE).select(RefPublishers.PUBLISHER_ID).distinct(),
            new String[] {RefPublishers.PUBLISHER_ID},
            "left_semi")
        .select(BillingUnchargedClicks.PUBLISHER_ID, BillingUnchargedClicks.BILLING_DAY)
        .distinct();
  }

  /** The local days on which they have anything, and those beside: a zone moves clicks there. */
  private SortedSet<LocalDate> booked(BillingRunBranch branch, Instant first) {
    String day = BillingLedger.BILLING_DAY;
    SortedSet<LocalDate> days = new TreeSet<>();
    Stream.of(BillingLedger.TABLE, BillingAdjustments.TABLE, BillingUnchargedClicks.TABLE)
        .flatMap(table -> Stream.of(branch.published(table), branch.rows(table)))
        .map(
            rows ->
                rows.where(
                        col(day).geq(lit(BillingRunDays.day(first).minusDays(1))).and(entities()))
                    .select(day))
        .reduce(Dataset::union)
        .orElseThrow()
        .distinct()
        .collectAsList()
        .forEach(row -> days.add(row.getDate(0).toLocalDate()));
    return AffectedDays.around(days);
  }

  private Column entities() {
    return Stream.of(
            Map.entry(BillingLedger.ADVERTISER_ID, advertisers),
            Map.entry(BillingLedger.CAMPAIGN_ID, campaigns),
            Map.entry(BillingLedger.PUBLISHER_ID, publishers))
        .map(ids -> col(ids.getKey()).isInCollection(ids.getValue()))
        .reduce(Column::or)
        .orElseThrow();
  }

  /** Whether a grain may have changed by them. */
  Column contain() {
    return days.isEmpty()
        ? lit(false)
        : col(BillingLedger.BILLING_DAY).isInCollection(days).and(entities());
  }
}
