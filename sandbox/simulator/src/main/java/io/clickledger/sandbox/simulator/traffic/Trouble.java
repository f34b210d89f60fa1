package io.clickledger.sandbox.simulator.traffic;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much of the traffic is what trouble: shares between 0 and 1 of all records.
 *
 * @param dataCentreBursts share of records that begin a burst of {@code TrafficModel.BURST} clicks
 * @param farms share of records that begin a burst of {@code TrafficModel.FARM} clicks
 * @param slowBots share of clicks by bots that click around the clock, at intervals with jitter
 * @param carrierFarms share of clicks by farms of many phones behind addresses of carriers
 * @param selfClicks share of clicks that publishers make on their own pages, a fifth of these
 *     pages'
 */
public record Trouble(
    double retries,
    double doubleClicks,
    double robots,
    double noUserAgent,
    double impossibleUserAgents,
    double foreignPages,
    double dataCentreBursts,
    double farms,
    double late,
    double unknownAds,
    double malformed,
    double slowBots,
    double carrierFarms,
    double selfClicks) {

  /** Typical shares of a mixed campaign, without farms, whose result no oracle can predict. */
  public static final Trouble USUAL =
      new Trouble(0.02, 0.015, 0.04, 0.004, 0.002, 0.003, 0.0003, 0, 0.01, 0.003, 0.005, 0, 0, 0);

  /** What {@code behaviour} stands for. */
  private static final String BEHAVIOUR = "slow-bots=0.02,carrier-farms=0.02,self-clicks=0.02";

  /** Only users who click. */
  public static final Trouble NONE = new Trouble(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** The share of the kinds that no rule names: behaviour over a whole day shows them. */
  public double behaviour() {
    return slowBots + carrierFarms + selfClicks;
  }

  /**
   * These shares with some changed.
   *
   * @param text names as in this record with dashes, such as {@code
   *     late=0,data-centre-bursts=0.01}; {@code behaviour} stands for usual shares of the kinds
   *     that only a whole day shows
   */
  public Trouble with(String text) {
    Map<String, Double> shares = new LinkedHashMap<>();
    shares.put("retries", retries);
    shares.put("double-clicks", doubleClicks);
    shares.put("robots", robots);
    shares.put("no-user-agent", noUserAgent);
    shares.put("impossible-user-agents", impossibleUserAgents);
    shares.put("foreign-pages", foreignPages);
    shares.put("data-centre-bursts", dataCentreBursts);
    shares.put("farms", farms);
    shares.put("late", late);
    shares.put("unknown-ads", unknownAds);
    shares.put("malformed", malformed);
    shares.put("slow-bots", slowBots);
    shares.put("carrier-farms", carrierFarms);
    shares.put("self-clicks", selfClicks);
    for (String part : text.replaceAll("(^|,)behaviour(?=,|$)", "$1" + BEHAVIOUR).split(",")) {
      String[] pair = part.split("=", -1);
      if (pair.length != 2
          || !shares.containsKey(pair[0])
          || !pair[1].matches("0|1|[01]?\\.\\d+")) {
        throw new IllegalArgumentException(
            "trouble must be NAME=SHARE,... with names %s and shares 0..1, or behaviour, was %s"
                .formatted(shares.keySet(), text));
      }
      shares.put(pair[0], Double.parseDouble(pair[1]));
    }
    Iterator<Double> in = shares.values().iterator();
    return new Trouble(
        in.next(), in.next(), in.next(), in.next(), in.next(), in.next(), in.next(), in.next(),
        in.next(), in.next(), in.next(), in.next(), in.next(), in.next());
  }

  public Trouble {
    double sum =
        retries
            + doubleClicks
            + robots
            + noUserAgent
            + impossibleUserAgents
            + foreignPages
            + dataCentreBursts
            + farms
            + late
            + unknownAds
            + malformed
            + behaviour();
    if (sum < 0 || sum > 1) {
      throw new IllegalArgumentException("shares of trouble must add up to 0..1, were " + sum);
    }
  }
}
