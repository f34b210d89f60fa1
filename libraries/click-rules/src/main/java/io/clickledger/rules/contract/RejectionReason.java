package io.clickledger.rules.contract;

/** Why a record is not a click. Closed: a new reason is a change of the contract. */
public enum RejectionReason {
  /** Nothing where something must be: a record without bytes, a field that is "". */
  EMPTY,
  /** The record, or its unknown fields together, take more bytes than allowed. */
  TOO_LARGE,
  /** Not strict JSON in UTF-8. */
  UNREADABLE_JSON,
  /** JSON, but an array, a text, a number or null. */
  NOT_AN_OBJECT,
  /** One name twice in one object. */
  DUPLICATE_FIELD,
  /** A required field is absent or null. */
  MISSING,
  /** A number where a text must be, an object where a number must be. */
  WRONG_TYPE,
  /** A text that stands where an id should be: a macro left in, "undefined", the nil UUID. */
  PLACEHOLDER,
  /** The right type in a form that the field does not have. */
  MALFORMED,
  /** A number below or above the allowed ones. */
  OUT_OF_RANGE,
  /** More characters than allowed. */
  TOO_LONG,
  /** A time before the allowed ones. */
  TOO_EARLY,
  /** A time after the allowed ones. */
  TOO_LATE,
  /** A field that only ingestion may set. */
  NOT_ALLOWED,
  /** One of two fields that come together. */
  INCOMPLETE_PAIR,
  /** More unknown fields than allowed. */
  TOO_MANY_FIELDS,
  /** An unknown field's value is nested deeper than allowed. */
  TOO_DEEP
}
