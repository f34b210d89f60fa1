package io.clickledger.batch.ledger;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** The part of a cost that is the publisher's, in whole micros. */
final class PublisherShares {
  private static final int DECIMALS_OF_BASIS_POINTS = 4;

  private PublisherShares() {}

  /**
   * The share of a cost, rounded to the nearest micro, a half to the even one: neither side gains
   * by rounding over many entries.
   *
   * @param basisPoints hundredths of a percent
   */
  static long of(long costMicros, int basisPoints) {
    return BigDecimal.valueOf(costMicros)
        .multiply(BigDecimal.valueOf(basisPoints, DECIMALS_OF_BASIS_POINTS))
        .setScale(0, RoundingMode.HALF_EVEN)
        .longValueExact();
  }
}
