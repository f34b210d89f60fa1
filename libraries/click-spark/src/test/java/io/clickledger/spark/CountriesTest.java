package io.clickledger.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountriesTest {
  @ParameterizedTest
  @CsvSource({"193.99.144.85,DE", "2a02:2e0:3fe:1001:302::,DE", "130.225.0.1,DK"})
  void knowsTheCountryOfAnAddress(String address, String country) {
    assertThat(Countries.of(address)).isEqualTo(country);
  }

  @Test
  void knowsNoneForAPrivateAddress() {
    assertThat(Countries.of("10.0.0.1")).isNull();
    assertThat(Countries.of("::1")).isNull();
  }
}
