package io.clickledger.serving.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.schemas.ClickMeasures;
import java.util.Random;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserSetTest {
  private final Random random = new Random(5);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6, 7, 8, 9, 30, 250, 256, 257, 400, 5_000})
  void estimatesAsAUnionOfTheSketchesDoes(int users) {
    Union expected = new Union(ClickMeasures.HLL_LG_K);
    UserUnion found = new UserUnion();
    UserSet all = null;
    for (int i = 0; i < 40; i++) {
      HllSketch sketch = new HllSketch(ClickMeasures.HLL_LG_K);
      for (int user = 0; user < users; user++) {
        sketch.update("user-" + random.nextInt(3 * users));
      }
      expected.update(sketch);
      UserSet set = UserSet.of(sketch.toCompactByteArray());
      all = Segment.Writer.plus(all, set);
      add(set, found);
    }

    long estimate = Math.round(expected.getResult(TgtHllType.HLL_8).getCompositeEstimate());
    assertThat(found.estimate()).isEqualTo(estimate);
    UserUnion ofAll = new UserUnion();
    add(all, ofAll);
    assertThat(ofAll.estimate()).isEqualTo(estimate);
  }

  @Test
  void takesAFewBytesWhereARowHasFewUsers() {
    HllSketch sketch = new HllSketch(ClickMeasures.HLL_LG_K);
    sketch.update("user-1");

    assertThat(UserSet.of(sketch.toCompactByteArray()).coupons()).hasSize(1);
    assertThat(new UserUnion().estimate()).isZero();
  }

  /** By way of the bytes of a segment. */
  private static void add(UserSet set, UserUnion union) {
    SegmentBuilder builder = new SegmentBuilder();
    Row row = new Row();
    row.sums[4] = 1;
    row.sums[0] = 1;
    row.users = set;
    builder.add(row);
    builder.build().forEach(read -> read.addUsersTo(union));
  }
}
