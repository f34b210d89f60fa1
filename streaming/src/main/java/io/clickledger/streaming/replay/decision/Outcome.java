package io.clickledger.streaming.replay.decision;

import java.io.Serializable;

/** The outcome of a record's replay; the report has one line for each outcome. */
public record Outcome(Kind kind, String what) implements Serializable {

  public enum Kind {
    /** It lands in raw.clicks. */
    LANDED,
    /** The repaired record is not a valid click either. */
    REJECTED_AGAIN,
    /** The record exceeded the size limit, so only the beginning of its payload was kept. */
    NOT_WHOLE,
    /** It would land, but the topic refuses or deletes records with its timestamp. */
    NOT_KEPT,
    /** No configured key decrypts its payload. */
    UNDECRYPTABLE
  }
}
