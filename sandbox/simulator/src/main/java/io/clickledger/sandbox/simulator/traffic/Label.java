package io.clickledger.sandbox.simulator.traffic;

/** What a simulated record is, and so what must come of it. */
public enum Label {
  /** A user's click. */
  PLAIN,
  /** The same bytes once more: a client that did not hear the answer. */
  RETRY,
  /**
   * A new click by the same user on the same ad within two seconds: behaviour makes it invalid, and
   * its pair costs one click whichever of the two lands first.
   */
  DOUBLE_CLICK,
  /** A click that happened minutes to days before it is sent. */
  LATE,
  /** Clicks in a rush from one data-centre network: general invalid traffic. */
  DATA_CENTRE,
  /**
   * One user who clicks the same few ads in a quick burst. Behaviour makes most of them invalid,
   * but which, the order of landing decides.
   */
  FARM,
  /** A click on an unknown ad. */
  UNKNOWN_AD,
  /** A click by a robot that says so: general invalid traffic. */
  ROBOT,
  /** A click without a user agent: general invalid traffic. */
  NO_USER_AGENT,
  /** A click with a user agent that no browser sends: general invalid traffic. */
  IMPOSSIBLE_USER_AGENT,
  /** A click on a page that is not its publisher's: general invalid traffic. */
  FOREIGN_PAGE,
  /**
   * A click by a bot that clicks around the clock, at intervals with jitter: behaviour shows it.
   */
  SLOW_BOT,
  /**
   * A click by one of a farm's many phones, behind addresses that it shares with people: behaviour
   * shows it.
   */
  CARRIER_FARM,
  /** A click by a publisher on his own page: behaviour shows it. */
  SELF_CLICK,
  /** A record that is no click. */
  MALFORMED;

  /** True for traffic that the rules must call general invalid, by what the click itself says. */
  public boolean isInvalid() {
    return switch (this) {
      case DATA_CENTRE, ROBOT, NO_USER_AGENT, IMPOSSIBLE_USER_AGENT, FOREIGN_PAGE -> true;
      case PLAIN, RETRY, DOUBLE_CLICK, LATE, FARM, UNKNOWN_AD, MALFORMED -> false;
      case SLOW_BOT, CARRIER_FARM, SELF_CLICK -> false;
    };
  }

  /** True for sophisticated invalid traffic that no rule names: only a whole day shows it. */
  public boolean isInvalidByBehaviour() {
    return this == SLOW_BOT || this == CARRIER_FARM || this == SELF_CLICK;
  }
}
