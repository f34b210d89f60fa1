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
    BillingRunDays night =
        BillingRunDays.of(DATE, Optional.empty(), List.of(), List.of(), DATE.minusDays(2));

    assertThat(night.days()).containsExactly(DATE.minusDays(2), DATE.minusDays(1), DATE);
    assertThat(night.through()).isEqualTo(Instant.parse("2026-11-21T00:00:00Z"));
    assertThat(night.wasFinal(DATE.minusDays(2))).isFalse();
  }

  @Test
  void firstNightBeforeTheFirstClickIsOneEmptyDay() {
    BillingRunDays night =
        BillingRunDays.of(DATE, Optional.empty(), List.of(), List.of(), DATE.plusDays(3));

    assertThat(night.days()).containsExactly(DATE);
  }

  @Test
  void nextRunComputesItsDayAndDaysWithLateClicks() {
    BillingRunDays night =
        BillingRunDays.of(
            DATE, published("2026-11-20T00:00:00Z"), List.of(), List.of(DATE.minusDays(17)), DATE);

    assertThat(night.inFull()).containsExactly(DATE);
    assertThat(night.added()).containsExactly(DATE.minusDays(17));
    assertThat(night.days()).containsExactly(DATE.minusDays(17), DATE);
    assertThat(night.wasFinal(DATE.minusDays(17))).isTrue();
    assertThat(night.wasFinal(DATE)).isFalse();
  }

  @Test
  void nightLeftOutIsMadeUpFor() {
    BillingRunDays night =
        BillingRunDays.of(DATE, published("2026-11-18T00:00:00Z"), List.of(), List.of(), DATE);

    assertThat(night.days()).containsExactly(DATE.minusDays(2), DATE.minusDays(1), DATE);
  }

  @Test
  void nightRunAgainComputesItsDayAndMovesNoSeam() {
    BillingRunDays night =
        BillingRunDays.of(
            DATE.minusDays(5), published("2026-11-20T00:00:00Z"), List.of(), List.of(), DATE);

    assertThat(night.days()).containsExactly(DATE.minusDays(5));
    assertThat(night.through()).isEqualTo(Instant.parse("2026-11-20T00:00:00Z"));
  }

  @Test
  void aDayJudgedAgainIsNotAddedToAsWell() {
    LocalDate again = DATE.minusDays(3);

    BillingRunDays night =
        BillingRunDays.of(
            DATE,
            published("2026-11-20T00:00:00Z"),
            List.of(again),
            List.of(again, DATE.minusDays(4)),
            DATE);

    assertThat(night.again()).containsExactly(again);
    assertThat(night.newDays()).containsExactly(DATE);
    assertThat(night.added()).containsExactly(DATE.minusDays(4));
  }

  @Test
  void dayIsJudgedAgainWhereLateClicksExceedTheShare() {
    Map<LocalDate, Long> late = Map.of(DATE, 11L, DATE.minusDays(1), 10L, DATE.minusDays(2), 1L);
    Map<LocalDate, Long> published = Map.of(DATE, 1_000L, DATE.minusDays(1), 1_000L);

    assertThat(BillingRunDays.exceeding(0.01, late, published))
        .containsExactly(DATE.minusDays(2), DATE);
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
