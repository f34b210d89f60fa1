package io.clickledger.serving.parameters;

import io.clickledger.schemas.ClickMeasures;
import java.util.regex.Pattern;

/** Which values a column can have: what rows are filtered by must be one of them. */
public enum ValueForm {
  /** An id that no row lacks. */
  ID("[A-Za-z0-9._:-]{1,64}", "an id: 1 to 64 of A-Z a-z 0-9 . _ : -"),
  /** An id that is null where it is unknown. */
  ID_OR_UNKNOWN("[A-Za-z0-9._:-]{0,64}", ID.allowed + ", or empty for unknown"),
  COUNTRY_OR_UNKNOWN("([A-Z]{2})?", "a country as ISO 3166-1 alpha-2 (DE), or empty for unknown"),
  CURRENCY_OR_UNKNOWN("([A-Z]{3})?", "a currency as ISO 4217 (EUR), or empty for unknown"),
  DEVICE_OR_UNKNOWN(
      "(DESKTOP|PHONE|TABLET|TV|ROBOT|OTHER|UNKNOWN)?",
      "one of DESKTOP, PHONE, TABLET, TV, ROBOT, OTHER, UNKNOWN, or empty for null"),
  ACCOUNT(
      "ADVERTISER_RECEIVABLE|PUBLISHER_PAYABLE|PLATFORM_REVENUE|OVER_DELIVERY",
      "one of ADVERTISER_RECEIVABLE, PUBLISHER_PAYABLE, PLATFORM_REVENUE, OVER_DELIVERY"),
  DIFFERENCE_CAUSE(
      "NOT_YET_COUNTED|DUPLICATE_BEYOND_WINDOW|DUPLICATE_BEYOND_HORIZON|RESCORED|METADATA"
          + "|RULE_VERSION|UNEXPLAINED",
      "one of NOT_YET_COUNTED, DUPLICATE_BEYOND_WINDOW, DUPLICATE_BEYOND_HORIZON, RESCORED,"
          + " METADATA, RULE_VERSION, UNEXPLAINED"),
  MEASURE(String.join("|", ClickMeasures.SUMS), "one of " + String.join(", ", ClickMeasures.SUMS));

  private final Pattern pattern;
  private final String allowed;

  ValueForm(String pattern, String allowed) {
    this.pattern = Pattern.compile(pattern);
    this.allowed = allowed;
  }

  boolean allows(String value) {
    return pattern.matcher(value).matches();
  }

  /** What is allowed, in words. */
  String allowed() {
    return allowed;
  }
}
