package io.clickledger.rules.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Currency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({"EUR, 2", "JPY, 0", "BHD, 3", "ISK, 0", "XCG, 2", "VND, 0", "OMR, 3", "SLE, 2"})
  void knowsTheDecimalsOfTheMinorUnit(String code, int decimals) {
    assertThat(Currencies.minorUnitDecimals(code)).isEqualTo(decimals);
  }

  /** Java does not know all of our codes, and takes its list from the same standard. */
  @Test
  void agreesWithJavaOnMinorUnits() {
    assertThat(Currency.getAvailableCurrencies())
        .filteredOn(currency -> Currencies.isKnown(currency.getCurrencyCode()))
        .hasSizeGreaterThan(140)
        .allSatisfy(
            currency ->
                assertThat(Currencies.minorUnitDecimals(currency.getCurrencyCode()))
                    .as(currency.getCurrencyCode())
                    .isEqualTo(currency.getDefaultFractionDigits()));
  }

  @Test
  void hasNoMinorUnitOfWhatIsNoCurrency() {
    assertThatThrownBy(() -> Currencies.minorUnitDecimals("XXX"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("XXX");
  }
}
