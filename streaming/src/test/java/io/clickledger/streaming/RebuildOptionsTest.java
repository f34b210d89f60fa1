package io.clickledger.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RebuildOptionsTest {

  @Test
  void namesWholeDaysWithoutTheLast() {
    assertThat(RebuildOptions.parse(List.of("--to", "2026-11-20", "--from", "2026-11-18")).days())
        .containsExactly(
            Instant.parse("2026-11-18T00:00:00Z"), Instant.parse("2026-11-19T00:00:00Z"));
  }

  @Test
  void refusesWhatNamesNoDays() {
    for (List<String> arguments :
        List.of(
            List.<String>of(),
            List.of("--from", "2026-11-18"),
            List.of("--from", "2026-11-18", "--from", "2026-11-19"),
            List.of("--from", "2026-11-18", "--to"),
            List.of("--from", "2026-11-18", "--to", "2026-11-19", "--to", "2026-11-19"),
            List.of("--from", "2026-11-18", "--to", "2026-11-18"),
            List.of("--from", "2026-11-18T00:00:00Z", "--to", "2026-11-19"))) {
      assertThatThrownBy(() -> RebuildOptions.parse(arguments))
          .as("%s", arguments)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--from");
    }
  }
}
