package io.clickledger.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosedDaysTest {
  private static final LocalDate THIRD = LocalDate.parse("2026-11-03");
  private static final LocalDate FIFTH = LocalDate.parse("2026-11-05");
  private static final ClosedDays CLOSED = new ClosedDays(THIRD, List.of(FIFTH));

  @Test
  void containATimeOnlyWhereAllItsDaysAreClosed() {
    assertThat(CLOSED.containAll(Instant.parse("2026-11-01T05:00:00Z"), start(THIRD))).isTrue();
    assertThat(CLOSED.containAll(start(FIFTH), start(FIFTH.plusDays(1)))).isTrue();
    assertThat(CLOSED.containAll(start(THIRD.minusDays(1)), start(THIRD).plusNanos(1))).isFalse();
    assertThat(CLOSED.containAll(start(THIRD), start(FIFTH.plusDays(1)))).isFalse();
  }

  @Test
  void stayClosed() {
    ClosedDays later = CLOSED.with(LocalDate.EPOCH, List.of(THIRD));

    assertThat(later).isEqualTo(new ClosedDays(THIRD, List.of(FIFTH, THIRD)));
    assertThat(later.with(THIRD.plusDays(1), List.of()).contains(THIRD)).isTrue();
  }

  private static Instant start(LocalDate day) {
    return Instant.parse(day + "T00:00:00Z");
  }
}
