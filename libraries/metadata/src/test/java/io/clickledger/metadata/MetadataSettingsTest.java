package io.clickledger.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataSettingsTest {

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.25S", "PT1.5S", "-PT1S", "PT1H0.000000001S", "PT2400000H"})
  void refuseATimeoutThatPostgresCannotHave(String timeout) {
    assertThatThrownBy(() -> settings(Duration.parse(timeout)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout must be whole seconds from 1s to 1h, was " + Duration.parse(timeout));
  }

  @Test
  void giveTheirTimeoutToTheDriver() throws Exception {
    assertThat(settings(Duration.ofHours(1)).dataSource().getLoginTimeout()).isEqualTo(3600);
    assertThat(settings(Duration.ofSeconds(1)).dataSource().getLoginTimeout()).isEqualTo(1);
  }

  private static MetadataSettings settings(Duration timeout) {
    return new MetadataSettings(
        "jdbc:postgresql://127.0.0.1/clickledger", "clickledger", Optional.empty(), timeout);
  }
}
