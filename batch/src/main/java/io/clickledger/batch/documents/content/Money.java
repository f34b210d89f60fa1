package io.clickledger.batch.documents.content;

import io.clickledger.rules.money.Currencies;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** An exact amount in millionths of a currency, and what of it is asked for or paid. */
public record Money(long micros, String currency) {
  private static final int DECIMALS_OF_MICROS = 6;

  /** The amount to the last micro. */
  public BigDecimal exact() {
    return BigDecimal.valueOf(micros, DECIMALS_OF_MICROS);
  }

  /** The amount in minor units of the currency, half of one to the even neighbour. */
  public BigDecimal rounded() {
    return exact().setScale(Currencies.minorUnitDecimals(currency), RoundingMode.HALF_EVEN);
  }
}
