package io.clickledger.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every version is open here, as the lake's copies of versions are. */
class MetadataHistoriesTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final CampaignVersion CAMPAIGN = campaign("v", Instant.EPOCH, 1);
  private static final AdvertiserVersion ADVERTISER = advertiser("v", "EUR", Instant.EPOCH, 1);

  @Test
  void nextVersionEndsTheOneBefore() {
    VersionDirectory<AdVersion> ads =
        directory(
            List.of(ad("c", 700, NOON, 2), ad("c", 500, Instant.EPOCH, 1)),
            List.of(CAMPAIGN),
            List.of(ADVERTISER));

    assertThat(price(ads, NOON.minusNanos(1))).isEqualTo(500);
    assertThat(price(ads, NOON)).isEqualTo(700);
  }

  @Test
  void laterOfTwoVersionsFromOneInstantHolds() {
    VersionDirectory<AdVersion> ads =
        directory(
            List.of(ad("c", 700, NOON, 2), ad("c", 500, NOON, 1)),
            List.of(CAMPAIGN),
            List.of(ADVERTISER));

    assertThat(price(ads, NOON)).isEqualTo(700);
  }

  @Test
  void ownerIsTheOneAtTheTime() {
    VersionDirectory<AdVersion> ads =
        directory(
            List.of(ad("c", 500, Instant.EPOCH, 1)),
            List.of(CAMPAIGN, campaign("w", NOON, 2)),
            List.of(ADVERTISER, advertiser("w", "USD", NOON.plusSeconds(60), 2)));

    assertThat(ads.at("a", NOON.minusNanos(1))).map(AdVersion::advertiserId).hasValue("v");
    // From noon on the campaign is w's, who exists a minute later.
    assertThat(ads.at("a", NOON)).isEmpty();
    assertThat(ads.at("a", NOON.plusSeconds(60))).map(AdVersion::currency).hasValue("USD");
  }

  @Test
  void adOfAnUnknownCampaignIsUnknown() {
    VersionDirectory<AdVersion> ads =
        directory(
            List.of(ad("other", 500, Instant.EPOCH, 1)), List.of(CAMPAIGN), List.of(ADVERTISER));

    assertThat(ads.at("a", NOON)).isEmpty();
  }

  @Test
  void aPublishersNextDomainEndsTheOneBefore() {
    VersionDirectory<PublisherDomain> publishers =
        VersionDirectory.of(
            new MetadataHistories(
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(
                        publisher("late.example", NOON, 2),
                        publisher("early.example", Instant.EPOCH, 1),
                        publisher("later.example", NOON, 3)))
                .publisherDomains());

    assertThat(publishers.at("p", NOON.minusNanos(1)))
        .map(PublisherDomain::domain)
        .hasValue("early.example");
    assertThat(publishers.at("p", NOON)).map(PublisherDomain::domain).hasValue("later.example");
    assertThat(publishers.at("q", NOON)).isEmpty();
  }

  private static VersionDirectory<AdVersion> directory(
      List<AdVersionRow> ads,
      List<CampaignVersion> campaigns,
      List<AdvertiserVersion> advertisers) {
    return VersionDirectory.of(
        new MetadataHistories(advertisers, campaigns, ads, List.of()).adVersions());
  }

  private static AdVersionRow ad(String campaignId, long cpcMicros, Instant from, long versionId) {
    return new AdVersionRow("a", campaignId, "A", cpcMicros, from, null, versionId);
  }

  private static CampaignVersion campaign(String advertiserId, Instant from, long versionId) {
    return new CampaignVersion(
        "c", advertiserId, "C", LocalDate.EPOCH, null, null, null, from, null, versionId);
  }

  private static AdvertiserVersion advertiser(
      String id, String currency, Instant from, long versionId) {
    return new AdvertiserVersion(id, "V", ZoneOffset.UTC, currency, from, null, versionId);
  }

  private static PublisherVersion publisher(String domain, Instant from, long versionId) {
    return new PublisherVersion("p", "P", domain, BigDecimal.TEN, from, null, versionId);
  }

  private static long price(VersionDirectory<AdVersion> ads, Instant at) {
    return ads.at("a", at).orElseThrow().cpcMicros();
  }
}
