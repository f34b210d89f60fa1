package io.clickledger.streaming.replay;

/** Which of the repaired records are produced. */
enum Delivery {
  /** None: a dry run. */
  NOTHING,
  WHAT_LANDS,
  /** Also records that are rejected again, where they have a click_id. */
  WHAT_HAS_A_CLICK_ID
}
