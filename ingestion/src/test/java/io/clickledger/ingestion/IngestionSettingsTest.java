package io.clickledger.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.settings.Settings;
import io.clickledger.settings.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestionSettingsTest {

  @Test
  void needsNothingButTheBroker() {
    IngestionSettings settings = read();

    assertThat(settings.kafka().clickTopic()).isEqualTo("clicks");
    assertThat(settings.http().trustedProxies()).isEmpty();
    assertThat(settings.spool().folder()).isEmpty();
    assertThat(settings.http().corsOrigins()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http.port=65536             | http.port: must be 0..65535, was 65536",
        "http.max-clicks=0           | http.max-clicks: must be at least 1, was 0",
        "http.threads=1              | http.threads: must be at least 8, was 1",
        "http.trusted-proxies=proxy  | http.trusted-proxies: must be addresses or networks such as"
            + " 10.0.0.0/8, was proxy",
        "http.cors-origins=*         | http.cors-origins: must be origins such as https://shop.example,"
            + " was *",
        "http.stop-timeout=5s        | http.stop-timeout: must be longer than kafka.delivery-timeout"
            + " (PT5S), was PT5S",
        "kafka.linger=5s             | kafka.delivery-timeout: must be at least PT0.1S longer than"
            + " kafka.linger (PT5S), was PT5S",
        "kafka.max-waiting-requests=0 | kafka.max-waiting-requests: must be at least 1, was 0 (--set)",
        "kafka.max-waiting-bytes=0   | kafka.max-waiting-bytes: must be at least 1, was 0 (--set)",
        "spool.max-bytes=1           | spool.max-bytes: must be at least 2097152, was 1",
        "kafka.retry-after=10ms      | kafka.retry-after: must be at least 1s, was PT0.01S",
      })
  void refusesWhatCannotWork(String setting, String problem) {
    assertThatThrownBy(() -> read(setting))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(problem);
  }

  private static IngestionSettings read(String... overrides) {
    List<String> all = new ArrayList<>(List.of("kafka.bootstrap-servers=127.0.0.1:19092"));
    all.addAll(List.of(overrides));
    return Settings.read(
        IngestionSettings.class, IngestionSettings.DEFAULTS, List.of(), all, Map.of());
  }
}
