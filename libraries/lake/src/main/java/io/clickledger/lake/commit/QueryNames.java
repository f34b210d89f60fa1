package io.clickledger.lake.commit;

/** The names under which queries record their positions in the summaries of their commits. */
public final class QueryNames {
  /** Lands clicks of Kafka in raw.clicks and raw.rejected_clicks. */
  public static final String LAND_CLICKS = "land-clicks";

  /** Counts raw.clicks in live.clicks_by_minute. */
  public static final String COUNT_CLICKS = "count-clicks";

  /** Records in audit.landings what landed. */
  public static final String RECORD_LANDINGS = "record-landings";

  private QueryNames() {}
}
