package io.clickledger.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.schemas.ClickMeasures;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

class MergedPartialsTest {
  private static final int SUMS = ClickMeasures.SUMS.size();

  @Test
  void sumsEachGrainAlthoughTwoHaveOneHash() {
    List<InternalRow> merged =
        merged(
            row(1, "ad-1", 2, 7, "u-1"),
            row(1, "ad-2", 3, 7, "u-1"),
            row(1, "ad-1", 5, 7, "u-2"),
            row(1, null, 1, 7),
            row(2, "ad-1", 9, 8));

    assertThat(merged)
        .extracting(
            row ->
                row.getInt(0)
                    + " "
                    + row.getUTF8String(1)
                    + " "
                    + row.getLong(2)
                    + " "
                    + users(row))
        .containsExactlyInAnyOrder("1 ad-1 7 2", "1 ad-2 3 1", "1 null 1 0", "2 ad-1 9 0");
  }

  @Test
  void refusesASumThatDoesNotFit() {
    assertThatThrownBy(() -> merged(row(1, "ad-1", Long.MAX_VALUE, 7), row(1, "ad-1", 1, 7)))
        .isInstanceOf(ArithmeticException.class);
  }

  private static List<InternalRow> merged(InternalRow... sorted) {
    List<InternalRow> merged = new ArrayList<>();
    Iterator<InternalRow> rows =
        new MergedPartials(DataTypes.DateType, DataTypes.StringType)
            .call(List.of(sorted).iterator());
    rows.forEachRemaining(merged::add);
    return merged;
  }

  private static InternalRow row(int day, String adId, long sum, long hash, String... users) {
    Object[] values = new Object[2 + SUMS + 2];
    values[0] = day;
    values[1] = UTF8String.fromString(adId);
    for (int i = 0; i < SUMS; i++) {
      values[2 + i] = sum;
    }
    if (users.length > 0) {
      HllSketch sketch = new HllSketch(ClickMeasures.HLL_LG_K, TgtHllType.HLL_8);
      for (String user : users) {
        sketch.update(user);
      }
      values[2 + SUMS] = sketch.toCompactByteArray();
    }
    values[2 + SUMS + 1] = hash;
    return new GenericInternalRow(values);
  }

  private static long users(InternalRow row) {
    return row.isNullAt(2 + SUMS)
        ? 0
        : Math.round(HllSketch.heapify(row.getBinary(2 + SUMS)).getCompositeEstimate());
  }
}
