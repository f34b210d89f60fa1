package io.clickledger.rules.money;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurrenciesTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "EU", "EURO", "eur", "XXX", "XTS", "XAU", "ÄÖÜ", "E R"})
  void doesNotKnowWhatIsNoCurrency(String code) {
    assertThat(Currencies.isKnown(code)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EUR", "USD", "JPY", "CHF", "GBP", "XAF", "XCG", "ZWG", "AED", "ZMW"})
  void knowsEveryCurrencyThatPeopleArePaidIn(String code) {
    assertThat(Currencies.isKnown(code)).isTrue();
  }
}
