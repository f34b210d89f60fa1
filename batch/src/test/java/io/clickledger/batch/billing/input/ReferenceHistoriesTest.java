package io.clickledger.batch.billing.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.input.ReferenceHistories.Ad;
import io.clickledger.batch.billing.input.ReferenceHistories.Advertiser;
import io.clickledger.batch.billing.input.ReferenceHistories.Campaign;
import io.clickledger.batch.billing.input.ReferenceHistories.Publisher;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceHistoriesTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Campaign CAMPAIGN = new Campaign("c", "v", Instant.EPOCH, 1);
  private static final Advertiser ADVERTISER = new Advertiser("v", "EUR", Instant.EPOCH, 1);

  @Test
  void nextVersionEndsTheOneBefore() {
    VersionDirectory<AdVersion> ads =
        ReferenceHistories.ads(
            List.of(new Ad("a", "c", 700, NOON, 2), new Ad("a", "c", 500, Instant.EPOCH, 1)),
            List.of(CAMPAIGN),
            List.of(ADVERTISER));

    assertThat(price(ads, NOON.minusNanos(1))).isEqualTo(500);
    assertThat(price(ads, NOON)).isEqualTo(700);
  }

  @Test
  void laterOfTwoVersionsFromOneInstantHolds() {
    VersionDirectory<AdVersion> ads =
        ReferenceHistories.ads(
            List.of(new Ad("a", "c", 500, NOON, 1), new Ad("a", "c", 700, NOON, 2)),
            List.of(CAMPAIGN),
            List.of(ADVERTISER));

    assertThat(price(ads, NOON)).isEqualTo(700);
  }

  @Test
  void ownerIsTheOneAtTheTime() {
    VersionDirectory<AdVersion> ads =
        ReferenceHistories.ads(
            List.of(new Ad("a", "c", 500, Instant.EPOCH, 1)),
            List.of(CAMPAIGN, new Campaign("c", "w", NOON, 2)),
            List.of(ADVERTISER, new Advertiser("w", "USD", NOON.plusSeconds(60), 2)));

    assertThat(ads.at("a", NOON.minusNanos(1))).map(AdVersion::advertiserId).hasValue("v");
    // From noon on the campaign is w's, who exists a minute later.
    assertThat(ads.at("a", NOON)).isEmpty();
    assertThat(ads.at("a", NOON.plusSeconds(60))).map(AdVersion::currency).hasValue("USD");
  }

  @Test
  void adOfAnUnknownCampaignIsUnknown() {
    VersionDirectory<AdVersion> ads =
        ReferenceHistories.ads(
            List.of(new Ad("a", "other", 500, Instant.EPOCH, 1)),
            List.of(CAMPAIGN),
            List.of(ADVERTISER));

    assertThat(ads.at("a", NOON)).isEmpty();
  }

  @Test
  void aPublishersNextDomainEndsTheOneBefore() {
    VersionDirectory<PublisherDomain> publishers =
        ReferenceHistories.publishers(
            List.of(
                new Publisher("p", "late.example", NOON, 2),
                new Publisher("p", "early.example", Instant.EPOCH, 1),
                new Publisher("p", "later.example", NOON, 3)));

    assertThat(publishers.at("p", NOON.minusNanos(1)))
        .map(PublisherDomain::domain)
        .hasValue("early.example");
    assertThat(publishers.at("p", NOON)).map(PublisherDomain::domain).hasValue("later.example");
    assertThat(publishers.at("q", NOON)).isEmpty();
  }

  private static long price(VersionDirectory<AdVersion> ads, Instant at) {
    return ads.at("a", at).orElseThrow().cpcMicros();
  }
}
