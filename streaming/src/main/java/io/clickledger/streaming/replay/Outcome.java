package io.clickledger.streaming.replay;

import java.io.Serializable;

/** What becomes of a record; records of one outcome are one line of the report. */
record Outcome(Kind kind, String what) implements Serializable {

  enum Kind {
    /** It lands in raw.clicks. */
    LANDED,
    /** The mended record is no click either. */
    REJECTED_AGAIN,
    /** It was longer than a click may be, and its payload is only the beginning of it. */
    NOT_WHOLE,
    /** It would land, but the topic refuses or deletes a record with so old a timestamp. */
    NOT_KEPT,
    /** No configured key opens its payload. */
    UNDECRYPTABLE
  }
}
