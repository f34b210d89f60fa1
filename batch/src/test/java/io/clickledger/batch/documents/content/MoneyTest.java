package io.clickledger.batch.documents.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {
  @ParameterizedTest
  @CsvSource({
    "5000, EUR, 0.00",
    "15000, EUR, 0.02",
    "5001, EUR, 0.01",
    "-5000, EUR, 0.00",
    "-15000, EUR, -0.02",
    "500000, JPY, 0",
    "1500000, JPY, 2",
    "2500000, JPY, 2",
    "2500001, JPY, 3",
    "1234500, BHD, 1.234",
    "1235500, BHD, 1.236",
    "9223372036854775807, EUR, 9223372036854.78"
  })
  void isRoundedToTheMinorUnitHalfToEven(long micros, String currency, String rounded) {
    assertThat(new Money(micros, currency).rounded().toPlainString()).isEqualTo(rounded);
  }
}
