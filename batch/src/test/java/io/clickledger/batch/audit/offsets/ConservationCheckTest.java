package io.clickledger.batch.audit.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConservationCheckTest {
  @Test
  void retentionTakesWholeDaysOfLandingOfEitherTable() {
    ConservationCheck.Retained retained =
        ConservationCheck.Retained.at(
            Instant.parse("2026-11-20T12:00:00Z"), Duration.ofDays(730), Duration.ofDays(35));

    assertThat(retained.raw()).isEqualTo("2024-11-21T12:00:00Z");
    assertThat(retained.rejected()).isEqualTo("2026-10-17T12:00:00Z");
  }
}
