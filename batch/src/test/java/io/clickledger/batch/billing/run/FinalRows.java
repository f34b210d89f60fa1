package io.clickledger.batch.billing.run;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.Map;
import java.util.TreeMap;
import org.apache.datasketches.hll.HllSketch;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Rows of a final table in the form of {@link Oracle}: grain -> measures, users by estimate. */
final class FinalRows {
  private FinalRows() {}

  static Map<String, String> of(Dataset<Row> rows, String time) {
    Map<String, String> texts = new TreeMap<>();
    for (Row row : rows.collectAsList()) {
      Object start = row.getAs(time);
      Object[] grain = new Object[ClickDimensions.ALL.size() + 1];
      grain[0] =
          start instanceof Timestamp timestamp
              ? timestamp.toInstant()
              : BillingRunDays.start(((Date) start).toLocalDate());
      for (int i = 0; i < ClickDimensions.ALL.size(); i++) {
        grain[i + 1] = row.getAs(ClickDimensions.ALL.get(i));
      }
      StringBuilder measures = new StringBuilder();
      for (String measure : ClickMeasures.SUMS) {
        measures.append(row.<Long>getAs(measure)).append('/');
      }
      byte[] sketch = row.getAs("unique_users_hll");
      measures.append(
          sketch == null ? 0 : Math.round(HllSketch.heapify(sketch).getCompositeEstimate()));
      String before = texts.put(Oracle.grain(grain), measures.toString());
      if (before != null) {
        throw new AssertionError("two rows of one grain: " + Oracle.grain(grain));
      }
    }
    return texts;
  }
}
