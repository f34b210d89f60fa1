package io.clickledger.batch.billing.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.PublishedTotals;
import io.clickledger.schemas.ClosedDays;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BillingRunDaysTest {
  private static final LocalDate DATE = LocalDate.parse("2026-11-20");

  @Test
  void firstNightComputesEveryDaySinceTheFirstClick() {
    BillingRunDays night = BillingRunDays.of(DATE, Optional.empty(), List.of(), DATE.minusDays(2));

    assertThat(night.days()).containsExactly(DATE.minusDays(2), DATE.minusDays(1), DATE);
    assertThat(night.through()).isEqualTo(Instant.parse("2026-11-21T00:00:00Z"));
    assertThat(night.advances()).isTrue();
    assertThat(night.wasFinal(DATE.minusDays(2))).isFalse();
  }

  @Test
  void firstNightBeforeTheFirstClickIsOneEmptyDay() {
    BillingRunDays night = BillingRunDays.of(DATE, Optional.empty(), List.of(), DATE.plusDays(3));

    assertThat(night.days()).containsExactly(DATE);
  }

  @Test
  void nextNightComputesItsDayAndTheDaysWithLateClicks() {
    BillingRunDays night =
        BillingRunDays.of(
            DATE, published("2026-11-20T00:00:00Z"), List.of(LocalDate.parse("2026-11-03")), DATE);

    assertThat(night.days()).containsExactly(LocalDate.parse("2026-11-03"), DATE);
    assertThat(night.wasFinal(LocalDate.parse("2026-11-03"))).isTrue();
    assertThat(night.wasFinal(DATE)).isFalse();
  }

  @Test
  void nightLeftOutIsMadeUpFor() {
    BillingRunDays night =
        BillingRunDays.of(DATE, published("2026-11-18T00:00:00Z"), List.of(), DATE);

    assertThat(night.days()).containsExactly(DATE.minusDays(2), DATE.minusDays(1), DATE);
  }

  @Test
  void nightRunAgainComputesItsDayAndMovesNoSeam() {
    BillingRunDays night =
        BillingRunDays.of(DATE.minusDays(5), published("2026-11-20T00:00:00Z"), List.of(), DATE);

    assertThat(night.days()).containsExactly(DATE.minusDays(5));
    assertThat(night.through()).isEqualTo(Instant.parse("2026-11-20T00:00:00Z"));
    assertThat(night.advances()).isFalse();
  }

  private static Optional<Publication> published(String through) {
    return Optional.of(
        new Publication(
            4,
            Instant.EPOCH,
            "run",
            Instant.parse(through),
            Map.of(),
            1,
            Map.of(),
            Instant.EPOCH,
            List.of(),
            ClosedDays.NONE,
            PublishedTotals.UNKNOWN));
  }
}
