package io.clickledger.batch.fraud.behaviour;

import static io.clickledger.batch.fraud.behaviour.Feature.BROWSER_CROWD;
import static io.clickledger.batch.fraud.behaviour.Feature.BUSY_CROWD;
import static io.clickledger.batch.fraud.behaviour.Feature.CLOCKWORK;
import static io.clickledger.batch.fraud.behaviour.Feature.CLOCKWORK_OF_MANY;
import static io.clickledger.batch.fraud.behaviour.Feature.CROWD;
import static io.clickledger.batch.fraud.behaviour.Feature.MANY_ADDRESSES;
import static io.clickledger.batch.fraud.behaviour.Feature.NO_SLEEP;
import static io.clickledger.batch.fraud.behaviour.Feature.PUBLISHER_SHARE;
import static io.clickledger.batch.fraud.behaviour.Feature.REGULAR_INTERVALS;
import static io.clickledger.batch.fraud.behaviour.Feature.STEADY_ON_ONE_SITE;

import io.clickledger.schemas.RawClicks;
import java.util.List;

/**
 * Whose clicks are judged together. An actor with fewer clicks in the day than the kind's minimum
 * is not judged: too little is known of it.
 */
public enum ActorKind {
  /** A user id, wherever it clicks. */
  USER(
      List.of(RawClicks.USER_HASH),
      4,
      0.998,
      List.of(
          REGULAR_INTERVALS,
          NO_SLEEP,
          CLOCKWORK,
          MANY_ADDRESSES,
          CROWD,
          BUSY_CROWD,
          STEADY_ON_ONE_SITE,
          PUBLISHER_SHARE)),
  /**
   * A browser at an address, for machines that change their user id. Of the people who share the
   * address of a home or a carrier, it takes few along: those with the same browser.
   */
  BROWSER(List.of(RawClicks.IP_HASH, RawClicks.USER_AGENT), 12, 0.998, List.of(CLOCKWORK_OF_MANY)),
  /** The clicks of a browser at an address on one publisher's pages, for his own clicks. */
  PUBLISHER_BROWSER(
      List.of(RawClicks.IP_HASH, RawClicks.USER_AGENT, RawClicks.PUBLISHER_ID),
      8,
      0.995,
      List.of(CROWD, BROWSER_CROWD));

  private final List<String> keys;
  private final int minClicks;
  private final double targetPrecision;
  private final List<Feature> features;

  ActorKind(List<String> keys, int minClicks, double targetPrecision, List<Feature> features) {
    this.keys = keys;
    this.minClicks = minClicks;
    this.targetPrecision = targetPrecision;
    this.features = features;
  }

  /** The columns of raw.clicks that identify an actor. */
  public List<String> keys() {
    return keys;
  }

  int minClicks() {
    return minClicks;
  }

  /** Which part of the clicks above the threshold must be invalid in training: people are paid. */
  double targetPrecision() {
    return targetPrecision;
  }

  List<Feature> features() {
    return features;
  }
}
