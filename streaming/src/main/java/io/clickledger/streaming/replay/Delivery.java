package io.clickledger.streaming.replay;

/** Which of the mended records are produced. */
enum Delivery {
  /** None: a dry run. */
  NOTHING,
  WHAT_LANDS,
  /** Also what is rejected again, as far as it has a click_id. */
  WHAT_HAS_A_CLICK_ID
}
