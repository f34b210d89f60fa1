package io.clickledger.rules.contract;

/** The contract's limits on sizes and counts. */
public final class ClickLimits {

  /** Bytes of one record. */
  public static final int RECORD_BYTES = 64 * 1024;

  /**
   * Bytes that are kept of a rejected record. One more than a click's record may have, so that the
   * beginning of a longer one is never taken for a whole.
   */
  public static final int REJECTED_PAYLOAD_BYTES = RECORD_BYTES + 1;

  /** Bytes of one compressed batch of the topic. */
  public static final int TOPIC_BATCH_BYTES = 256 * 1024;

  /** Characters of ad_id, publisher_id and campaign_id. */
  public static final int ID_CHARACTERS = 64;

  public static final int IMPRESSION_ID_CHARACTERS = 128;
  public static final int REQUEST_PURPOSE_CHARACTERS = 64;
  public static final int USER_ID_CHARACTERS = 256;
  public static final int USER_AGENT_CHARACTERS = 1024;
  public static final int CLICK_URL_CHARACTERS = 2048;

  /** Millionths of a currency. */
  public static final long CLAIMED_COST_MICROS = 1_000_000_000_000L;

  /** How many fields beyond the contract's. */
  public static final int OTHER_FIELDS = 32;

  /** Characters of the name of such a field. */
  public static final int OTHER_FIELD_NAME_CHARACTERS = 64;

  /** Bytes of their names and values together, the values as compact JSON. */
  public static final int OTHER_FIELDS_BYTES = 8 * 1024;

  /** Objects and arrays inside each other in such a field. */
  public static final int OTHER_FIELD_DEPTH = 16;

  /**
   * Of the other fields of a query, so many and so many bytes are kept for what its reader notes.
   */
  public static final int NOTED_FIELDS = 2;

  public static final int NOTED_BYTES = 2 * 1024;

  /** Characters that are kept of a click_url that is none. */
  public static final int BAD_CLICK_URL_CHARACTERS = 256;

  /** Faults of one posted body after which no more of its clicks are read. */
  public static final int MAX_REQUEST_FAULTS = 100;

  private ClickLimits() {}
}
