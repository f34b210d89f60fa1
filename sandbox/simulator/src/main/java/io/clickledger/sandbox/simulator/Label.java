package io.clickledger.sandbox.simulator;

/** What a simulated record is, and so what must come of it. */
public enum Label {
  /** A user's click. */
  PLAIN,
  /** The same bytes once more: a client that did not hear the answer. */
  RETRY,
  /** A new click by the same user on the same ad within two seconds. */
  DOUBLE_CLICK,
  /** A click that happened minutes to days before it is sent. */
  LATE,
  /** Clicks in a rush from one data-centre network. */
  DATA_CENTRE,
  /** A click on an ad that nobody knows. */
  UNKNOWN_AD,
  /** A click by a robot that says so: general invalid traffic. */
  ROBOT,
  /** A click without a user agent: general invalid traffic. */
  NO_USER_AGENT,
  /** A record that is no click. */
  MALFORMED;

  /** True for traffic that the rules must call invalid. */
  public boolean isInvalid() {
    return this == ROBOT || this == NO_USER_AGENT;
  }
}
