package io.clickledger.schemas;

import java.util.List;

/** What is counted of clicks: the same columns in every table of counts. */
public final class ClickMeasures {
  public static final String GROSS_CLICKS = "gross_clicks";
  public static final String DUPLICATE_CLICKS = "duplicate_clicks";
  public static final String GENERAL_INVALID_CLICKS = "general_invalid_clicks";
  public static final String SOPHISTICATED_INVALID_CLICKS = "sophisticated_invalid_clicks";
  public static final String VALID_CLICKS = "valid_clicks";
  public static final String COST_MICROS = "cost_micros";

  /** A sketch of the users of valid clicks; billing.restatements does not have it. */
  public static final String UNIQUE_USERS_HLL = "unique_users_hll";

  /** Measures that add up, in the order of the tables. */
  public static final List<String> SUMS =
      List.of(
          GROSS_CLICKS,
          DUPLICATE_CLICKS,
          GENERAL_INVALID_CLICKS,
          SOPHISTICATED_INVALID_CLICKS,
          VALID_CLICKS,
          COST_MICROS);

  /** Base-two logarithm of the sketches' size: a relative error of 1.6 % at one sigma. */
  public static final int HLL_LG_K = 12;

  private ClickMeasures() {}
}
