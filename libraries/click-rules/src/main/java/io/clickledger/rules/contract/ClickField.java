package io.clickledger.rules.contract;

/** The fields that the contract knows, in the order in which faults are reported. */
public enum ClickField {
  CLICK_ID("click_id"),
  CLICKED_AT("clicked_at"),
  AD_ID("ad_id"),
  PUBLISHER_ID("publisher_id"),
  USER_ID("user_id"),
  IP_ADDRESS("ip_address"),
  USER_AGENT("user_agent"),
  CAMPAIGN_ID("campaign_id"),
  IMPRESSION_ID("impression_id"),
  CLICK_URL("click_url"),
  CLAIMED_COST_MICROS("claimed_cost_micros"),
  CURRENCY("currency"),
  REQUEST_PURPOSE("request_purpose"),
  RECEIVED_AT("received_at"),
  SOURCE("source"),
  SUSPECTED_DUPLICATE("suspected_duplicate");

  private final String wireName;

  ClickField(String wireName) {
    this.wireName = wireName;
  }

  /** The name in JSON. */
  public String wireName() {
    return wireName;
  }

  /** Whether no click is without it. */
  public boolean isRequired() {
    return compareTo(PUBLISHER_ID) <= 0;
  }

  /** Whether only ingestion writes it: a poster may not send it. */
  public boolean isSetByIngestion() {
    return compareTo(RECEIVED_AT) >= 0;
  }

  /** The field of that name, or null for one that the contract does not know. */
  public static ClickField find(String wireName) {
    // A switch on text is one hash and one comparison; this runs for every field of every click.
    return switch (wireName) {
      case "click_id" -> CLICK_ID;
      case "clicked_at" -> CLICKED_AT;
      case "ad_id" -> AD_ID;
      case "publisher_id" -> PUBLISHER_ID;
      case "user_id" -> USER_ID;
      case "ip_address" -> IP_ADDRESS;
      case "user_agent" -> USER_AGENT;
      case "campaign_id" -> CAMPAIGN_ID;
      case "impression_id" -> IMPRESSION_ID;
      case "click_url" -> CLICK_URL;
      case "claimed_cost_micros" -> CLAIMED_COST_MICROS;
      case "currency" -> CURRENCY;
      case "request_purpose" -> REQUEST_PURPOSE;
      case "received_at" -> RECEIVED_AT;
      case "source" -> SOURCE;
      case "suspected_duplicate" -> SUSPECTED_DUPLICATE;
      default -> null;
    };
  }
}
