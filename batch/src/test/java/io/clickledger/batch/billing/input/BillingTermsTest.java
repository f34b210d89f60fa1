package io.clickledger.batch.billing.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.input.BillingTerms.AdvertiserZone;
import io.clickledger.batch.billing.input.BillingTerms.CampaignTerms;
import io.clickledger.batch.billing.input.BillingTerms.PublisherShare;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class BillingTermsTest {
  private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final Instant END = Instant.parse("2026-12-01T00:00:00Z");
  private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");

  @Test
  void aMonthEndsWithItsLastDayInAnyZone() {
    YearMonth october = YearMonth.parse("2026-10");

    assertThat(zones(zone(TOKYO, Instant.EPOCH, null)).endOfMonth("v-1", october))
        .isEqualTo("2026-10-31T15:00:00Z");
    // Clicks until noon are on the 31st of October in New York, whose day ends later.
    Instant change = Instant.parse("2026-10-31T14:00:00Z");
    assertThat(
            zones(zone(NEW_YORK, Instant.EPOCH, change), zone(TOKYO, change, null))
                .endOfMonth("v-1", october))
        .isEqualTo("2026-11-01T04:00:00Z");
    Instant later = Instant.parse("2026-11-20T00:00:00Z");
    assertThat(
            zones(zone(TOKYO, Instant.EPOCH, later), zone(NEW_YORK, later, null))
                .endOfMonth("v-1", october))
        .isEqualTo("2026-10-31T15:00:00Z");
  }

  @Test
  void aBackdatedFirstVersionChangesAllDaysBeforeIt() {
    BillingTerms before = shares(share(7_000, MARCH, null));
    Instant january = Instant.parse("2026-01-01T00:00:00Z");
    BillingTerms after = shares(share(6_000, january, MARCH), share(7_000, MARCH, null));

    // The version of January holds for the clicks of December as well.
    assertThat(after.changesSince(before, END).publishers())
        .containsOnlyKeys("p-1")
        .containsValue(Instant.EPOCH);
  }

  @Test
  void aLaterVersionChangesNoDayBeforeIt() {
    BillingTerms before = shares(share(7_000, Instant.EPOCH, null));
    BillingTerms after = shares(share(7_000, Instant.EPOCH, MARCH), share(6_000, MARCH, null));

    assertThat(after.changesSince(before, END).publishers()).containsValue(MARCH);
    assertThat(after.changesSince(before, MARCH).first()).isEmpty();
  }

  @Test
  void aPublisherThatNobodyKnewIsNamed() {
    BillingTerms.Changes changes =
        shares(share(7_000, Instant.EPOCH, null)).changesSince(shares(), END);

    assertThat(changes.newPublishers()).containsExactly("p-1");
    assertThat(changes.publishers()).isEmpty();
  }

  private static AdvertiserZone zone(ZoneId zone, Instant from, Instant to) {
    return new AdvertiserZone("v-1", zone, from, to);
  }

  private static PublisherShare share(int basisPoints, Instant from, Instant to) {
    return new PublisherShare("p-1", basisPoints, from, to);
  }

  private static BillingTerms zones(AdvertiserZone... zones) {
    return new BillingTerms(List.of(zones), List.of(), List.of());
  }

  private static BillingTerms shares(PublisherShare... shares) {
    return new BillingTerms(
        List.of(),
        List.of(
            new CampaignTerms(
                "c-1", LocalDate.parse("2026-01-01"), null, null, null, Instant.EPOCH, null)),
        List.of(shares));
  }
}
