package io.clickledger.sandbox.simulator;

/**
 * How much of the traffic is what trouble: shares between 0 and 1 of all records.
 *
 * @param dataCentreBursts share of records that begin a burst of {@code TrafficModel.BURST} clicks
 */
public record Trouble(
    double retries,
    double doubleClicks,
    double robots,
    double noUserAgent,
    double dataCentreBursts,
    double late,
    double unknownAds,
    double malformed) {

  /** As a mixed campaign sees it. */
  public static final Trouble USUAL =
      new Trouble(0.02, 0.015, 0.04, 0.004, 0.0003, 0.01, 0.003, 0.005);

  /** Only users who click. */
  public static final Trouble NONE = new Trouble(0, 0, 0, 0, 0, 0, 0, 0);

  public Trouble {
    double sum =
        retries
            + doubleClicks
            + robots
            + noUserAgent
            + dataCentreBursts
            + late
            + unknownAds
            + malformed;
    if (sum < 0 || sum > 1) {
      throw new IllegalArgumentException("shares of trouble must add up to 0..1, were " + sum);
    }
  }
}
