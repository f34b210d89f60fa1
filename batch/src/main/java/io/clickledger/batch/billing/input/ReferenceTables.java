package io.clickledger.batch.billing.input;

import static org.apache.spark.sql.functions.col;

import io.clickledger.lake.LakeTables;
import io.clickledger.metadata.MetadataHistories;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.schemas.RefAds;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/**
 * The lake's copy of the metadata: versions that are missing are inserted, none is rewritten. A
 * night takes prices and owners from it at recorded snapshots, so that it can be computed again.
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
    insert(
        spark,
        RefAdvertisers.TABLE,
        histories.advertisers(),
        v ->
            RowFactory.create(
                v.advertiserId(),
                v.name(),
                v.timeZone().getId(),
                v.currency(),
                v.validFrom(),
                v.validTo(),
                v.versionId()));
    insert(
        spark,
        RefCampaigns.TABLE,
        histories.campaigns(),
        v ->
            RowFactory.create(
                v.campaignId(),
                v.advertiserId(),
                v.name(),
                v.startsOn(),
                v.endsOn(),
                v.dailyBudgetMicros(),
                v.totalBudgetMicros(),
                v.validFrom(),
                v.validTo(),
                v.versionId()));
    insert(
        spark,
        RefAds.TABLE,
        histories.ads(),
        v ->
            RowFactory.create(
                v.adId(),
                v.campaignId(),
                v.name(),
                v.cpcMicros(),
                v.validFrom(),
                v.validTo(),
                v.versionId()));
    insert(
        spark,
        RefPublishers.TABLE,
        histories.publishers(),
        v ->
            RowFactory.create(
                v.publisherId(),
                v.name(),
                v.domain(),
                v.revenueSharePercent(),
                v.validFrom(),
                v.validTo(),
                v.versionId()));
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
    return ReferenceHistories.ads(
        read(RefAds.TABLE).stream()
            .map(
                row ->
                    new ReferenceHistories.Ad(
                        row.getAs(RefAds.AD_ID),
                        row.getAs(RefAds.CAMPAIGN_ID),
                        row.<Long>getAs(RefAds.CPC_MICROS),
                        validFrom(row),
                        row.<Long>getAs(RefAds.VERSION_ID)))
            .toList(),
        read(RefCampaigns.TABLE).stream()
            .map(
                row ->
                    new ReferenceHistories.Campaign(
                        row.getAs(RefCampaigns.CAMPAIGN_ID),
                        row.getAs(RefCampaigns.ADVERTISER_ID),
                        validFrom(row),
                        row.<Long>getAs(RefCampaigns.VERSION_ID)))
            .toList(),
        read(RefAdvertisers.TABLE).stream()
            .map(
                row ->
                    new ReferenceHistories.Advertiser(
                        row.getAs(RefAdvertisers.ADVERTISER_ID),
                        row.getAs(RefAdvertisers.CURRENCY),
                        validFrom(row),
                        row.<Long>getAs(RefAdvertisers.VERSION_ID)))
            .toList());
  }

  /** Every publisher's domain at every time, out of the pinned snapshots. */
  public VersionDirectory<PublisherDomain> publishers() {
    return ReferenceHistories.publishers(
        read(RefPublishers.TABLE).stream()
            .map(
                row ->
                    new ReferenceHistories.Publisher(
                        row.getAs(RefPublishers.PUBLISHER_ID),
                        row.getAs(RefPublishers.DOMAIN),
                        validFrom(row),
                        row.<Long>getAs(RefPublishers.VERSION_ID)))
            .toList());
  }

  /** By what clicks are charged, out of the pinned snapshots. */
  public BillingTerms terms() {
    return new BillingTerms(
        ReferenceHistories.inForce(
            read(RefAdvertisers.TABLE).stream().map(Version::new).toList(),
            version -> version.text(RefAdvertisers.ADVERTISER_ID),
            (version, from, to) ->
                new BillingTerms.AdvertiserZone(
                    version.text(RefAdvertisers.ADVERTISER_ID),
                    ZoneId.of(version.text(RefAdvertisers.TIME_ZONE)),
                    from,
                    to)),
        ReferenceHistories.inForce(
            read(RefCampaigns.TABLE).stream().map(Version::new).toList(),
            version -> version.text(RefCampaigns.CAMPAIGN_ID),
            (version, from, to) ->
                new BillingTerms.CampaignTerms(
                    version.text(RefCampaigns.CAMPAIGN_ID),
                    version.day(RefCampaigns.STARTS_ON),
                    version.day(RefCampaigns.ENDS_ON),
                    version.row().<Long>getAs(RefCampaigns.DAILY_BUDGET_MICROS),
                    version.row().<Long>getAs(RefCampaigns.TOTAL_BUDGET_MICROS),
                    from,
                    to)),
        ReferenceHistories.inForce(
            read(RefPublishers.TABLE).stream().map(Version::new).toList(),
            version -> version.text(RefPublishers.PUBLISHER_ID),
            (version, from, to) ->
                new BillingTerms.PublisherShare(
                    version.text(RefPublishers.PUBLISHER_ID),
                    version
                        .row()
                        .<BigDecimal>getAs(RefPublishers.REVENUE_SHARE_PERCENT)
                        .movePointRight(2)
                        .intValueExact(),
                    from,
                    to)));
  }

  /** A row of a table of versions. */
  private record Version(Row row) implements ReferenceHistories.Dated {
    String text(String column) {
      return row.getAs(column);
    }

    LocalDate day(String column) {
      Date day = row.getAs(column);
      return day == null ? null : day.toLocalDate();
    }

    @Override
    public Instant validFrom() {
      return ReferenceTables.validFrom(row);
    }

    @Override
    public long versionId() {
      return row.<Long>getAs(RefAds.VERSION_ID);
    }
  }

  private List<Row> read(TableName table) {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, snapshotIds.get(table))
        .table(table.toString())
        .collectAsList();
  }

  private static Instant validFrom(Row row) {
    return row.<Timestamp>getAs(RefAds.VALID_FROM).toInstant();
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
