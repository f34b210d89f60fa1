package io.clickledger.rules.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

  @Property
  void soManyTimesIsSoManyAdded(
      @ForAll @LongRange(min = -1_000_000_000_000L, max = 1_000_000_000_000L) long micros,
      @ForAll @IntRange(max = 50) int count) {
    Money price = new Money(micros, "EUR");

    Money sum = Money.zero("EUR");
    for (int i = 0; i < count; i++) {
      sum = sum.plus(price);
    }

    assertThat(price.times(count)).isEqualTo(sum);
  }

  @Property
  void aSumDoesNotDependOnTheOrder(
      @ForAll List<@LongRange(min = -1_000_000_000L, max = 1_000_000_000L) Long> amounts) {
    Money forwards = Money.zero("EUR");
    Money backwards = Money.zero("EUR");
    for (int i = 0; i < amounts.size(); i++) {
      forwards = forwards.plus(new Money(amounts.get(i), "EUR"));
      backwards = backwards.plus(new Money(amounts.get(amounts.size() - 1 - i), "EUR"));
    }

    assertThat(forwards).isEqualTo(backwards);
    assertThat(forwards.plus(forwards.negated())).isEqualTo(Money.zero("EUR"));
  }

  @Test
  void refusesToWrapAround() {
    Money most = new Money(Long.MAX_VALUE, "EUR");

    assertThatThrownBy(() -> most.plus(new Money(1, "EUR")))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> most.times(2)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Money(Long.MIN_VALUE, "EUR").negated())
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void refusesToAddTwoCurrencies() {
    assertThatThrownBy(() -> Money.zero("EUR").plus(Money.zero("USD")))
        .hasMessage("amounts must be of one currency to be added, were EUR and USD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "EU", "EURO", "eur", "XXX", "XTS", "XAU", "ÄÖÜ", "E R"})
  void refusesWhatIsNoCurrency(String code) {
    assertThatThrownBy(() -> new Money(0, code))
        .hasMessage("currency must be an ISO 4217 code, was " + code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EUR", "USD", "JPY", "CHF", "GBP", "XAF", "XCG", "ZWG", "AED", "ZMW"})
  void takesEveryCurrencyThatPeopleArePaidIn(String code) {
    assertThat(Currencies.isKnown(code)).isTrue();
  }
}
