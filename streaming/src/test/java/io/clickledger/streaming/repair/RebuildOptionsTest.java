package io.clickledger.streaming.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.programs.WrongUsageException;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class RebuildOptionsTest {

  @Test
  void namesWholeDaysWithoutTheLast() {
    assertThat(
            new RebuildOptions(LocalDate.parse("2026-11-18"), LocalDate.parse("2026-11-20")).days())
        .containsExactly(
            Instant.parse("2026-11-18T00:00:00Z"), Instant.parse("2026-11-19T00:00:00Z"));
  }

  @Test
  void refusesWhatNamesNoDays() {
    LocalDate day = LocalDate.parse("2026-11-18");

    assertThatThrownBy(() -> new RebuildOptions(day, day))
        .isInstanceOf(WrongUsageException.class)
        .hasMessageContaining("--from must be before --to");
  }
}
