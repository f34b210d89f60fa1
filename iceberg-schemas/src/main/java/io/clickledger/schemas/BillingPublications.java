package io.clickledger.schemas;

/**
 * One row is one publication: the pointer that readers follow is the row with the greatest
 * publication_id.
 */
public final class BillingPublications {
  public static final TableName TABLE = new TableName("billing", "publications");

  public static final String PUBLICATION_ID = "publication_id";
  public static final String PREVIOUS_PUBLICATION_ID = "previous_publication_id";
  public static final String PUBLISHED_AT = "published_at";
  public static final String RUN_ID = "run_id";
  public static final String THROUGH = "through";
  public static final String FINAL_SNAPSHOT_IDS = "final_snapshot_ids";
  public static final String LIVE_SNAPSHOT_ID = "live_snapshot_id";
  public static final String RAW_OFFSETS = "raw_offsets";
  public static final String LANDED_THROUGH = "landed_through";
  public static final String RESTATED_DAYS = "restated_days";
  public static final String CLOSED_BEFORE = "closed_before";
  public static final String CLOSED_DAYS = "closed_days";
  public static final String FINAL_ROWS = "final_rows";
  public static final String COST_MICROS = "cost_micros";

  private BillingPublications() {}
}
