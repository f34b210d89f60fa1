package io.clickledger.ingestion.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestPurposeTest {

  @ParameterizedTest
  @CsvSource({
    "Sec-Purpose, prefetch, prefetch",
    "Sec-Purpose, prefetch;prerender, prerender",
    "Sec-Purpose, prefetch;anonymous-client-ip, prefetch",
    "Sec-Purpose, prefetch; prerender;preview, prerender",
    "Purpose, prefetch, prefetch",
    "Purpose, Prefetch, prefetch",
    "X-Purpose, preview, preview",
    "X-Moz, prefetch, prefetch",
    "Sec-Purpose, ,",
    "Sec-Purpose, navigation,",
    "Purpose, prefetching,",
    "Referer, prefetch,"
  })
  void namesWhyABrowserAsksForWhatNobodyClicked(String header, String value, String purpose) {
    assertThat(RequestPurpose.of(Map.of(header, value == null ? "" : value)::get))
        .isEqualTo(purpose);
  }

  @Test
  void isNullForTheRequestOfAUser() {
    assertThat(RequestPurpose.of(header -> null)).isNull();
  }
}
