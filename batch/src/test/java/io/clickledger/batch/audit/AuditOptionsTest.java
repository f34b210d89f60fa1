package io.clickledger.batch.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.JobFailedException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditOptionsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T03:00:00Z");

  @Test
  void yesterdayAndTodayUnlessToldOtherwise() {
    AuditOptions options = AuditOptions.parse(List.of(), NOW);

    assertThat(options.start()).isEqualTo("2026-11-23T00:00:00Z");
    assertThat(options.end()).isEqualTo("2026-11-25T00:00:00Z");
    assertThat(options.bootstrapServers()).isEmpty();
    assertThat(options.topic()).isEqualTo("clicks");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    for (List<String> arguments :
        List.of(
            List.of("--from"),
            List.of("--since", "2026-11-20"),
            List.of("--from", "yesterday"),
            List.of("--from", "2026-11-20", "--to", "2026-11-20"))) {
      assertThatThrownBy(() -> AuditOptions.parse(arguments, NOW))
          .isInstanceOf(JobFailedException.class);
    }
  }
}
