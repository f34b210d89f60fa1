package io.clickledger.batch.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.ledger.ClickVoid.NamedClick;
import io.clickledger.programs.WrongUsageException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedClickTest {
  @Test
  void isAnIdOrAnIdAndATime() {
    Instant at = Instant.parse("2026-11-02T10:00:00Z");

    assertThat(NamedClick.parse("a")).isEqualTo(new NamedClick("a", Optional.empty()));
    assertThat(NamedClick.parse("a, 2026-11-02T11:00:00+01:00 "))
        .isEqualTo(new NamedClick("a", Optional.of(at)))
        .hasToString("a,2026-11-02T10:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {",2026-11-02T10:00:00Z", "a,yesterday", "a,2026-11-02T10:00:00Z,b", "a,"})
  void namesALineThatIsNeither(String line) {
    assertThatThrownBy(() -> NamedClick.parse(line))
        .isInstanceOf(WrongUsageException.class)
        .hasMessageContaining("a line of --click-ids must be a click_id")
        .hasMessageContaining("was " + line);
  }
}
