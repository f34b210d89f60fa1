package io.clickledger.batch.fraud.behaviour;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What can be suspicious in the behaviour of an actor over a day. Each is a number from 0 (as most
 * people are) upwards, and a greater one is never less suspicious. If it contributed much to a
 * score, its id is a reason and its text says it to people.
 */
public enum Feature {
  REGULAR_INTERVALS("regular-intervals", "the intervals between the clicks are nearly equal"),
  NO_SLEEP("no-sleep", "clicks around the clock without the pause in which people sleep"),
  CLOCKWORK("clockwork", "clicks at regular intervals around the clock"),
  MANY_ADDRESSES("many-addresses", "changes its address more often than people do"),
  CROWD(
      "crowd",
      "is one of many users behind one address who all click for the same publisher, more than"
          + " chance explains"),
  BUSY_CROWD(
      "busy-crowd",
      "clicks again and again for the publisher for which unusually many users of its address"
          + " click"),
  STEADY_ON_ONE_SITE(
      "steady-on-one-site", "clicks on the same publisher's pages at nearly equal intervals"),
  PUBLISHER_SHARE("publisher-share", "makes a large share of all clicks of the publisher"),
  BROWSER_CROWD(
      "browser-crowd",
      "many users with the same browser at one address click for the same publisher, more than"
          + " chance explains"),
  CLOCKWORK_OF_MANY(
      "clockwork-of-many",
      "ever new user ids with the same browser at one address click at regular intervals around the"
          + " clock");

  private static final Map<String, Feature> BY_ID =
      Arrays.stream(values()).collect(Collectors.toMap(Feature::id, Function.identity()));

  private final String id;
  private final String text;

  Feature(String id, String text) {
    this.id = id;
    this.text = text;
  }

  /** As a reason of a verdict: words joined by dashes, as the ids of rules are. */
  public String id() {
    return id;
  }

  /** What the reason says, in words. */
  public String text() {
    return text;
  }

  /** The feature with this id. */
  static Feature byId(String id) {
    Feature feature = BY_ID.get(id);
    if (feature == null) {
      throw new IllegalArgumentException("a feature is one of " + BY_ID.keySet() + ", was " + id);
    }
    return feature;
  }
}
