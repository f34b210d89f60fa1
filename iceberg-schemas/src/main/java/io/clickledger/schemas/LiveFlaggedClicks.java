package io.clickledger.schemas;

/** One row is one click that stateful fraud rules matched as it was counted live. */
public final class LiveFlaggedClicks {
  public static final TableName TABLE = new TableName("live", "flagged_clicks");

  public static final String CLICK_ID = "click_id";
  public static final String PUBLISHER_ID = "publisher_id";

  private LiveFlaggedClicks() {}
}
