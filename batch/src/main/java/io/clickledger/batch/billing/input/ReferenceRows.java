package io.clickledger.batch.billing.input;

import io.clickledger.metadata.AdVersionRow;
import io.clickledger.metadata.AdvertiserVersion;
import io.clickledger.metadata.CampaignVersion;
import io.clickledger.metadata.PublisherVersion;
import io.clickledger.schemas.RefAds;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.RefPublishers;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Versions of the metadata as rows of the ref tables, and back. */
final class ReferenceRows {
  private ReferenceRows() {}

  static Row row(AdvertiserVersion version) {
    return RowFactory.create(
        version.advertiserId(),
        version.name(),
        version.timeZone().getId(),
        version.currency(),
        version.validFrom(),
        version.validTo(),
        version.versionId());
  }

  static Row row(CampaignVersion version) {
    return RowFactory.create(
        version.campaignId(),
        version.advertiserId(),
        version.name(),
        version.startsOn(),
        version.endsOn(),
        version.dailyBudgetMicros(),
        version.totalBudgetMicros(),
        version.validFrom(),
        version.validTo(),
        version.versionId());
  }

  static Row row(AdVersionRow version) {
    return RowFactory.create(
        version.adId(),
        version.campaignId(),
        version.name(),
        version.cpcMicros(),
        version.validFrom(),
        version.validTo(),
        version.versionId());
  }

  static Row row(PublisherVersion version) {
    return RowFactory.create(
        version.publisherId(),
        version.name(),
        version.domain(),
        version.revenueSharePercent(),
        version.validFrom(),
        version.validTo(),
        version.versionId());
  }

  static AdvertiserVersion advertiser(Row row) {
    return new AdvertiserVersion(
        row.getAs(RefAdvertisers.ADVERTISER_ID),
        row.getAs(RefAdvertisers.NAME),
        ZoneId.of(row.getAs(RefAdvertisers.TIME_ZONE)),
        row.getAs(RefAdvertisers.CURRENCY),
        instant(row, RefAdvertisers.VALID_FROM),
        instant(row, RefAdvertisers.VALID_TO),
        row.<Long>getAs(RefAdvertisers.VERSION_ID));
  }

  static CampaignVersion campaign(Row row) {
    return new CampaignVersion(
        row.getAs(RefCampaigns.CAMPAIGN_ID),
        row.getAs(RefCampaigns.ADVERTISER_ID),
        row.getAs(RefCampaigns.NAME),
        day(row, RefCampaigns.STARTS_ON),
        day(row, RefCampaigns.ENDS_ON),
        row.getAs(RefCampaigns.DAILY_BUDGET_MICROS),
        row.getAs(RefCampaigns.TOTAL_BUDGET_MICROS),
        instant(row, RefCampaigns.VALID_FROM),
        instant(row, RefCampaigns.VALID_TO),
        row.<Long>getAs(RefCampaigns.VERSION_ID));
  }

  static AdVersionRow ad(Row row) {
    return new AdVersionRow(
        row.getAs(RefAds.AD_ID),
        row.getAs(RefAds.CAMPAIGN_ID),
        row.getAs(RefAds.NAME),
        row.<Long>getAs(RefAds.CPC_MICROS),
        instant(row, RefAds.VALID_FROM),
        instant(row, RefAds.VALID_TO),
        row.<Long>getAs(RefAds.VERSION_ID));
  }

  static PublisherVersion publisher(Row row) {
    return new PublisherVersion(
        row.getAs(RefPublishers.PUBLISHER_ID),
        row.getAs(RefPublishers.NAME),
        row.getAs(RefPublishers.DOMAIN),
        row.getAs(RefPublishers.REVENUE_SHARE_PERCENT),
        instant(row, RefPublishers.VALID_FROM),
        instant(row, RefPublishers.VALID_TO),
        row.<Long>getAs(RefPublishers.VERSION_ID));
  }

  private static Instant instant(Row row, String column) {
    Timestamp instant = row.getAs(column);
    return instant == null ? null : instant.toInstant();
  }

  private static LocalDate day(Row row, String column) {
    Date day = row.getAs(column);
    return day == null ? null : day.toLocalDate();
  }
}
