package io.clickledger.batch.reconcile;

/** Why live and final numbers differ. */
public enum DifferenceCause {
  /** Live had not counted the landing yet. */
  NOT_YET_COUNTED,
  /** Live does not remember the first click of the click_id any more. */
  DUPLICATE_BEYOND_WINDOW,
  /** Live remembers a click whose clicked_at is further away than the dedup horizon. */
  DUPLICATE_BEYOND_HORIZON,
  /** The model of behaviour takes a click for invalid that live counted as valid. */
  RESCORED,
  /** The ad or the publisher has another history than when live counted. */
  METADATA,
  /**
   * The click landed under other rules than those in force now: its flags differ, or live may have
   * judged it otherwise.
   */
  RULE_VERSION,
  /** None of these: the billing run does not publish. */
  UNEXPLAINED
}
