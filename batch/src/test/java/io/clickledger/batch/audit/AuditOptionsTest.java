package io.clickledger.batch.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.programs.WrongUsageException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditOptionsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T03:00:00Z");

  @Test
  void coversYesterdayAndTodayByDefault() {
    AuditOptions options = TestArguments.audit(List.of(), NOW);

    assertThat(options.start()).isEqualTo("2026-11-23T00:00:00Z");
    assertThat(options.end()).isEqualTo("2026-11-25T00:00:00Z");
    assertThat(options.bootstrapServers()).isEmpty();
    assertThat(options.topic()).isEqualTo("clicks");
  }

  @Test
  void refusesAPeriodThatEndsBeforeItBegins() {
    assertThatThrownBy(
            () -> TestArguments.audit(List.of("--from", "2026-11-20", "--to", "2026-11-20"), NOW))
        .isInstanceOf(WrongUsageException.class)
        .hasMessageContaining("--from must be before --to");
  }
}
