package io.clickledger.batch.billing.input;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * By what a billing run judges clicks.
 *
 * @param rules version of the fraud rules
 * @param refSnapshotIds snapshot of each ref table, by its name
 * @param dedupHorizon how far apart the clicked_at of duplicates may lie
 * @param historyWindow for how long after landing stateful rules see a click, at least
 * @param model version of the model of behaviour that verdicts follow; empty where it changes none
 * @param code version of the program
 */
public record InputVersions(
    String rules,
    Map<String, Long> refSnapshotIds,
    Duration dedupHorizon,
    Duration historyWindow,
    Optional<String> model,
    String code) {
  public InputVersions {
    refSnapshotIds = Map.copyOf(refSnapshotIds);
  }
}
