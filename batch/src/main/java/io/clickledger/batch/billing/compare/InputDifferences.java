package io.clickledger.batch.billing.compare;

import io.clickledger.batch.billing.input.InputVersions;
import io.clickledger.batch.billing.rollup.BillingRunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What two runs read, where it is not the same. */
final class InputDifferences {
  private InputDifferences() {}

  /** A line each. */
  static List<String> lines(RunPair runs) {
    List<String> ids = List.of(runs.earlier().runId(), runs.later().runId());
    Map<String, BillingRunRecord.Earlier> records = BillingRunRecord.read(runs.spark(), ids);
    InputVersions before = records.get(ids.get(0)).versions();
    InputVersions after = records.get(ids.get(1)).versions();
    List<String> lines = new ArrayList<>();
    add(
        lines,
        "clicks landed through",
        runs.earlier().landedThrough(),
        runs.later().landedThrough());
    add(lines, "final through", runs.earlier().through(), runs.later().through());
    for (String table : new TreeSet<>(after.refSnapshotIds().keySet())) {
      add(
          lines,
          "snapshot of " + table,
          before.refSnapshotIds().get(table),
          after.refSnapshotIds().get(table));
    }
    add(lines, "fraud rules", before.rules(), after.rules());
    add(lines, "model of behaviour", before.model().orElse("none"), after.model().orElse("none"));
    add(lines, "dedup horizon", before.dedupHorizon(), after.dedupHorizon());
    add(lines, "history window", before.historyWindow(), after.historyWindow());
    add(lines, "program", before.code(), after.code());
    return lines;
  }

  private static void add(List<String> lines, String what, Object before, Object after) {
    if (!after.equals(before)) {
      lines.add("%s: %s, then %s".formatted(what, before, after));
    }
  }
}
