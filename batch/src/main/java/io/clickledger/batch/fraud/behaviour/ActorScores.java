package io.clickledger.batch.fraud.behaviour;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The actors of a day whose clicks are sophisticated invalid traffic, to be broadcast: tasks find
 * the actor behind a click. Immutable.
 */
public final class ActorScores implements Serializable {
  private static final long serialVersionUID = 1;

  private final String modelVersion;
  private final HashMap<List<String>, ActorScore> users = new HashMap<>();
  private final HashMap<List<String>, ActorScore> browsers = new HashMap<>();
  private final HashMap<List<String>, ActorScore> publisherBrowsers = new HashMap<>();

  ActorScores(String modelVersion, Collection<ActorScore> actors) {
    this.modelVersion = modelVersion;
    actors.forEach(actor -> of(actor.kind()).put(actor.keys(), actor));
  }

  /** Version of the model that gave the scores. */
  public String modelVersion() {
    return modelVersion;
  }

  /**
   * The actor behind a click; the one with the highest score where there are several.
   *
   * @param userHash null without a user
   * @param ipHash null without an address
   * @param userAgent null without one
   */
  public Optional<ActorScore> find(
      String userHash, String ipHash, String userAgent, String publisherId) {
    ActorScore found = userHash == null ? null : users.get(List.of(userHash));
    if (ipHash != null && userAgent != null) {
      found = higher(found, browsers.get(List.of(ipHash, userAgent)));
      found = higher(found, publisherBrowsers.get(List.of(ipHash, userAgent, publisherId)));
    }
    return Optional.ofNullable(found);
  }

  /** All of them, by kind. */
  public List<ActorScore> all() {
    List<ActorScore> all = new ArrayList<>(users.values());
    all.addAll(browsers.values());
    all.addAll(publisherBrowsers.values());
    return all;
  }

  private static ActorScore higher(ActorScore one, ActorScore other) {
    return one == null || other != null && other.score() > one.score() ? other : one;
  }

  private Map<List<String>, ActorScore> of(ActorKind kind) {
    return switch (kind) {
      case USER -> users;
      case BROWSER -> browsers;
      case PUBLISHER_BROWSER -> publisherBrowsers;
    };
  }
}
