package io.clickledger.batch.billing.run;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.Union;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The sums of the rows of a final table in the form of {@link Oracle}: grain -> measures, users by
 * estimate.
 */
final class FinalRows {
  private FinalRows() {}

  /** The measures of one grain. */
  private static final class Sums {
    private final long[] sums = new long[ClickMeasures.SUMS.size()];
    private final Union users = new Union(ClickMeasures.HLL_LG_K);

    void add(Row row) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += row.<Long>getAs(ClickMeasures.SUMS.get(i));
      }
      byte[] sketch = row.getAs(ClickMeasures.UNIQUE_USERS_HLL);
      if (sketch != null) {
        users.update(HllSketch.heapify(sketch));
      }
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      for (long sum : sums) {
        text.append(sum).append('/');
      }
      return text.append(Math.round(users.getCompositeEstimate())).toString();
    }
  }

  static Map<String, String> of(Dataset<Row> rows, String time) {
    Map<String, Sums> sums = new HashMap<>();
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
      sums.computeIfAbsent(Oracle.grain(grain), any -> new Sums()).add(row);
    }
    Map<String, String> texts = new TreeMap<>();
    sums.forEach((grain, sum) -> texts.put(grain, sum.toString()));
    return texts;
  }
}
