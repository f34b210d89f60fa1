package io.clickledger.serving.window;

import io.clickledger.schemas.ClickMeasures;
import java.util.Arrays;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.apache.datasketches.memory.Memory;

/** The distinct users of one row of a report. */
final class UserUnion {
  // Slots of a hash set of coupons, 0 where free (no coupon is 0).
  private int[] slots = new int[16];
  private int count;
  private Union union;

  void add(int coupon) {
    int mask = slots.length - 1;
    int slot = (coupon * 0x9E3779B9 >>> 7) & mask;
    while (slots[slot] != 0) {
      if (slots[slot] == coupon) {
        return;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = coupon;
    count++;
    if (count == UserSet.MAX_COUPONS) {
      flush();
    } else if (2 * count > slots.length) {
      grow();
    }
  }

  void add(HllSketch sketch) {
    union().update(sketch);
  }

  /** The composite estimate: the other one depends on the order of merging. */
  long estimate() {
    flush();
    return Math.round(union().getResult(TgtHllType.HLL_8).getCompositeEstimate());
  }

  private Union union() {
    if (union == null) {
      union = new Union(ClickMeasures.HLL_LG_K);
    }
    return union;
  }

  private void flush() {
    if (count > 0) {
      int[] coupons = Arrays.stream(slots).filter(coupon -> coupon != 0).toArray();
      union().update(HllSketch.heapify(Memory.wrap(UserSet.image(coupons, coupons.length))));
      Arrays.fill(slots, 0);
      count = 0;
    }
  }

  private void grow() {
    int[] old = slots;
    slots = new int[2 * old.length];
    count = 0;
    for (int coupon : old) {
      if (coupon != 0) {
        add(coupon);
      }
    }
  }
}
