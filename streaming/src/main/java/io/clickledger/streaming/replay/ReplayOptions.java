package io.clickledger.streaming.replay;

import io.clickledger.settings.Secret;
import io.clickledger.streaming.replay.decision.FieldRepairs;
import java.util.Map;

/**
 * What a replay was asked for on its command line.
 *
 * @param formerKeys payload keys beside the one of the settings, in hex, by their ids
 */
public record ReplayOptions(
    ReplayFilter filter, FieldRepairs repairs, Delivery delivery, Map<String, Secret> formerKeys) {

  public ReplayOptions {
    formerKeys = Map.copyOf(formerKeys);
  }
}
