package io.clickledger.ingestion.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

  private static final TrustedProxies PROXIES =
      TrustedProxies.of(List.of("10.0.0.0/9", "192.0.2.1", "2001:db8::/33"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.7     | 198.51.100.1                | 203.0.113.7",
        "10.1.2.3        | 198.51.100.1                | 198.51.100.1",
        "10.127.255.255  | 198.51.100.1                | 198.51.100.1",
        "10.128.0.0      | 198.51.100.1                | 10.128.0.0",
        "192.0.2.1       | 198.51.100.1                | 198.51.100.1",
        "192.0.2.2       | 198.51.100.1                | 192.0.2.2",
        "10.1.2.3        | 1.2.3.4, 198.51.100.1       | 198.51.100.1",
        "10.1.2.3        | 198.51.100.1, 10.9.9.9      | 198.51.100.1",
        "10.1.2.3        | 198.51.100.1:4711           | 198.51.100.1",
        "10.1.2.3        | [2001:db9::1]:4711          | 2001:db9::1",
        "[2001:db8::1]   | 2001:DB9:0::2               | 2001:db9::2",
        "2001:db8:8000::1 | 198.51.100.1               | 2001:db8:8000::1",
        "fe80::1%eth0    | 198.51.100.1                | fe80::1",
        "10.1.2.3        | 198.51.100.1, unknown       | 10.1.2.3",
        "10.1.2.3        | localhost                   | 10.1.2.3",
        "10.1.2.3        | 10.9.9.9                    | 10.9.9.9",
        "10.1.2.3        | ''                          | 10.1.2.3",
      })
  void believesNothingBeforeTheLastUntrustedAddress(
      String connection, String forwardedFor, String client) {
    assertThat(PROXIES.client(connection, Collections.enumeration(List.of(forwardedFor))))
        .isEqualTo(client);
  }

  @Test
  void readsSeveralHeadersAsOne() {
    assertThat(
            PROXIES.client(
                "10.1.1.1", Collections.enumeration(List.of("1.2.3.4", "198.51.100.1,10.2.2.2"))))
        .isEqualTo("198.51.100.1");
  }

  @Test
  void believesNobodyWithoutTrustedProxies() {
    assertThat(
            TrustedProxies.of(List.of())
                .client("10.1.1.1", Collections.enumeration(List.of("198.51.100.1"))))
        .isEqualTo("10.1.1.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "/8"})
  void refusesWhatIsNoNetwork(String text) {
    assertThatThrownBy(() -> TrustedProxies.of(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "trusted-proxies must be addresses or networks such as 10.0.0.0/8, was " + text);
  }
}
