package io.clickledger.serving.reports.plan;

import io.clickledger.schemas.ClickMeasures;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.apache.datasketches.memory.Memory;

/** Unique users of rows, merged from the sketches of the lake. */
final class UniqueUsers {

  /** A row's grain. */
  record Group(int place, List<String> values) {}

  private final Map<Group, Union> unions = new HashMap<>();

  /** Only groups of these rows are merged. */
  UniqueUsers(Collection<ReportRow> rows) {
    rows.forEach(
        row -> unions.put(new Group(row.place(), row.values()), new Union(ClickMeasures.HLL_LG_K)));
  }

  void add(Group group, byte[] sketch) {
    Union union = unions.get(group);
    if (union != null) {
      union.update(HllSketch.heapify(Memory.wrap(sketch)));
    }
  }

  /** The composite estimate: the other one depends on the order of merging. */
  long estimate(ReportRow row) {
    Union union = unions.get(new Group(row.place(), row.values()));
    return Math.round(union.getResult(TgtHllType.HLL_8).getCompositeEstimate());
  }
}
