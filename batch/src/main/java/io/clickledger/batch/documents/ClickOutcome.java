package io.clickledger.batch.documents;

/** What became of a click on the invoice. */
enum ClickOutcome {
  /** It is in the line of its campaign. */
  CHARGED,
  /** Its verdict is not VALID. */
  NOT_VALID,
  /** Its local day is before the campaign's first one. */
  BEFORE_CAMPAIGN,
  /** Its local day is after the campaign's last one. */
  AFTER_CAMPAIGN,
  /** The metadata did not know its publisher yet: nobody knew its share. */
  UNKNOWN_PUBLISHER,
  /** Its local day had not ended when the publication was made: a later one charges it. */
  DAY_NOT_OVER
}
