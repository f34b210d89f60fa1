package io.clickledger.spark;

import static org.apache.spark.sql.functions.col;

import io.clickledger.schemas.RawClicks;
import org.apache.spark.sql.Column;

/** The order in which rows of raw.clicks landed, which decides which of two is the duplicate. */
public final class LandingOrder {
  private LandingOrder() {}

  /** The order of landing, as columns of raw.clicks. */
  public static Column[] columns() {
    return new Column[] {
      col(RawClicks.LANDED_AT), col(RawClicks.KAFKA_PARTITION), col(RawClicks.KAFKA_OFFSET)
    };
  }
}
