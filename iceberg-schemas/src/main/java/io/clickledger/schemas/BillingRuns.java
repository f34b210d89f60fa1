package io.clickledger.schemas;

/** One row is one nightly run: what it read, with which rules, prices and code. */
public final class BillingRuns {
  public static final TableName TABLE = new TableName("billing", "runs");

  public static final String RUN_ID = "run_id";
  public static final String JOB = "job";
  public static final String STARTED_AT = "started_at";
  public static final String DAYS = "days";
  public static final String ADDED_DAYS = "added_days";
  public static final String TOPIC_ID = "topic_id";
  public static final String RAW_OFFSETS = "raw_offsets";
  public static final String LANDED_THROUGH = "landed_through";
  public static final String REF_SNAPSHOT_IDS = "ref_snapshot_ids";
  public static final String RULES_VERSION = "rules_version";
  public static final String DEDUP_HORIZON_SECONDS = "dedup_horizon_seconds";
  public static final String HISTORY_WINDOW_SECONDS = "history_window_seconds";
  public static final String CODE_VERSION = "code_version";
  public static final String LANDED_CLICKS = "landed_clicks";
  public static final String PUBLISHED_CLICKS = "published_clicks";
  public static final String WAITING_CLICKS = "waiting_clicks";
  public static final String CLICKS_AFTER_CLOSE = "clicks_after_close";
  public static final String MISSING_CLICKS = "missing_clicks";
  public static final String UNEXPLAINED_DIFFERENCE = "unexplained_difference";
  public static final String REASON = "reason";
  public static final String MODEL_VERSION = "model_version";

  private BillingRuns() {}
}
