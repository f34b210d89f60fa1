package io.clickledger.batch.billing.input;

import static org.apache.spark.sql.functions.col;

import io.clickledger.lake.LakeTables;
import io.clickledger.metadata.AdvertiserVersion;
import io.clickledger.metadata.CampaignVersion;
import io.clickledger.metadata.MetadataHistories;
import io.clickledger.metadata.PublisherVersion;
import io.clickledger.metadata.VersionInForce;
import io.clickledger.metadata.VersionRow;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.schemas.RefAds;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/**
 * The lake's copy of the metadata: versions that are missing are inserted, none is rewritten. A
 * billing run takes prices and owners from it at recorded snapshots, so that it can be computed
 * again.
 */
public final class ReferenceTables {
  private static final List<TableName> TABLES =
      List.of(RefAdvertisers.TABLE, RefCampaigns.TABLE, RefAds.TABLE, RefPublishers.TABLE);

  private final SparkSession spark;
  private final Map<TableName, Long> snapshotIds;

  private ReferenceTables(SparkSession spark, Map<TableName, Long> snapshotIds) {
    this.spark = spark;
    this.snapshotIds = snapshotIds;
  }

  /** Inserts what the tables lack, and pins them as they are then. */
  public static ReferenceTables synchronize(SparkSession spark, MetadataHistories histories) {
    insert(spark, RefAdvertisers.TABLE, histories.advertisers(), ReferenceRows::row);
    insert(spark, RefCampaigns.TABLE, histories.campaigns(), ReferenceRows::row);
    insert(spark, RefAds.TABLE, histories.ads(), ReferenceRows::row);
    insert(spark, RefPublishers.TABLE, histories.publishers(), ReferenceRows::row);
    Map<TableName, Long> snapshotIds = new TreeMap<>();
    TABLES.forEach(
        table ->
            snapshotIds.put(table, LakeTables.load(spark, table).currentSnapshot().snapshotId()));
    return new ReferenceTables(spark, snapshotIds);
  }

  /** The tables as an earlier run read them. */
  public static ReferenceTables at(SparkSession spark, Map<String, Long> snapshotIds) {
    Map<TableName, Long> ids = new TreeMap<>();
    snapshotIds.forEach((table, id) -> ids.put(TableName.of(table), id));
    return new ReferenceTables(spark, ids);
  }

  /** The snapshots that prices, owners and domains come from, by the table's name. */
  public Map<String, Long> snapshotIds() {
    Map<String, Long> ids = new TreeMap<>();
    snapshotIds.forEach((table, id) -> ids.put(table.toString(), id));
    return ids;
  }

  /** Every ad at every time, out of the pinned snapshots. */
  public VersionDirectory<AdVersion> ads() {
    return VersionDirectory.of(
        new MetadataHistories(
                advertisers(), campaigns(), read(RefAds.TABLE, ReferenceRows::ad), List.of())
            .adVersions());
  }

  /** Every publisher's domain at every time, out of the pinned snapshots. */
  public VersionDirectory<PublisherDomain> publishers() {
    return VersionDirectory.of(
        new MetadataHistories(List.of(), List.of(), List.of(), publisherVersions())
            .publisherDomains());
  }

  /** By what clicks are charged, out of the pinned snapshots. */
  public BillingTerms terms() {
    return new BillingTerms(
        inForce(
            advertisers(),
            (advertiser, from, to) ->
                new BillingTerms.AdvertiserZone(
                    advertiser.advertiserId(), advertiser.timeZone(), from, to)),
        inForce(
            campaigns(),
            (campaign, from, to) ->
                new BillingTerms.CampaignTerms(
                    campaign.campaignId(),
                    campaign.startsOn(),
                    campaign.endsOn(),
                    campaign.dailyBudgetMicros(),
                    campaign.totalBudgetMicros(),
                    from,
                    to)),
        inForce(
            publisherVersions(),
            (publisher, from, to) ->
                new BillingTerms.PublisherShare(
                    publisher.publisherId(),
                    publisher.revenueSharePercent().movePointRight(2).intValueExact(),
                    from,
                    to)));
  }

  /** What a version says of the time in which it is in force. */
  private interface Terms<V, T> {
    /**
     * @param to null for an open end
     */
    T of(V version, Instant from, Instant to);
  }

  private static <V extends VersionRow, T> List<T> inForce(List<V> versions, Terms<V, T> terms) {
    return VersionInForce.of(versions).stream()
        .map(inForce -> terms.of(inForce.version(), inForce.from(), inForce.validTo()))
        .toList();
  }

  private List<AdvertiserVersion> advertisers() {
    return read(RefAdvertisers.TABLE, ReferenceRows::advertiser);
  }

  private List<CampaignVersion> campaigns() {
    return read(RefCampaigns.TABLE, ReferenceRows::campaign);
  }

  private List<PublisherVersion> publisherVersions() {
    return read(RefPublishers.TABLE, ReferenceRows::publisher);
  }

  private <V> List<V> read(TableName table, Function<Row, V> version) {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, snapshotIds.get(table))
        .table(table.toString())
        .collectAsList()
        .stream()
        .map(version)
        .toList();
  }

  private static <V> void insert(
      SparkSession spark, TableName table, List<V> versions, Function<V, Row> row) {
    Dataset<Row> present = spark.table(table.toString());
    Set<Long> ids = new HashSet<>();
    present
        .select(col(RefAds.VERSION_ID))
        .collectAsList()
        .forEach(known -> ids.add(known.getLong(0)));
    int id = present.schema().fieldIndex(RefAds.VERSION_ID);
    List<Row> missing =
        versions.stream().map(row).filter(version -> !ids.contains(version.getLong(id))).toList();
    if (missing.isEmpty()) {
      return;
    }
    try {
      spark.createDataFrame(missing, present.schema()).writeTo(table.toString()).append();
    } catch (NoSuchTableException e) {
      throw new IllegalStateException("table " + table + " is gone", e);
    }
  }
}
