package io.clickledger.serving.window;

import io.clickledger.schemas.ClickMeasures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.apache.datasketches.memory.Memory;

/**
 * The users of some clicks, as a sketch of the lake has them. A sketch of few users is a list of
 * coupons (4 bytes each) behind a header; the header is left off, because most rows have one user
 * or two.
 *
 * @param coupons distinct; null where there is a sketch
 * @param sketch an image of DataSketches HLL; null where there are coupons
 */
record UserSet(int[] coupons, byte[] sketch) {

  /** More than these are kept as a sketch; fewer than those at which a sketch becomes registers. */
  static final int MAX_COUPONS = 256;

  // The layout of images, as DataSketches documents it for all its languages.
  private static final int VERSION = 1;
  private static final int FAMILY = 7;
  private static final int FLAGS_AT = 5;
  private static final int LIST_COUNT_AT = 6;
  private static final int MODE_AT = 7;
  private static final int LIST_AT = 8;
  private static final int SET_AT = 12;
  private static final int SET_INTS = 3;
  private static final int COMPACT = 8;
  private static final int LIST = 0;
  private static final int SET = 1;
  private static final int HLL_8 = 2 << 2;

  /** Reads an image of the lake. */
  static UserSet of(byte[] image) {
    int mode = image[MODE_AT] & 3;
    boolean hasCoupons =
        (image[FLAGS_AT] & COMPACT) != 0
            && image[3] == ClickMeasures.HLL_LG_K
            && (mode == LIST || mode == SET);
    if (hasCoupons) {
      ByteBuffer in = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
      int count = mode == LIST ? image[LIST_COUNT_AT] & 0xFF : in.getInt(LIST_AT);
      if (count <= MAX_COUPONS) {
        int[] coupons = new int[count];
        in.position(mode == LIST ? LIST_AT : SET_AT);
        in.asIntBuffer().get(coupons);
        return new UserSet(coupons, null);
      }
    }
    return new UserSet(null, image);
  }

  /** The users of both. */
  UserSet plus(UserSet other) {
    if (sketch == null
        && other.sketch == null
        && coupons.length + other.coupons.length <= MAX_COUPONS) {
      int[] all = Arrays.copyOf(coupons, coupons.length + other.coupons.length);
      int count = coupons.length;
      for (int coupon : other.coupons) {
        if (!contains(coupons, coupon)) {
          all[count++] = coupon;
        }
      }
      return new UserSet(Arrays.copyOf(all, count), null);
    }
    Union union = new Union(ClickMeasures.HLL_LG_K);
    union.update(toSketch());
    union.update(other.toSketch());
    return new UserSet(null, union.getResult(TgtHllType.HLL_4).toCompactByteArray());
  }

  private static boolean contains(int[] coupons, int wanted) {
    for (int coupon : coupons) {
      if (coupon == wanted) {
        return true;
      }
    }
    return false;
  }

  HllSketch toSketch() {
    return HllSketch.heapify(Memory.wrap(sketch == null ? image(coupons, coupons.length) : sketch));
  }

  /** The image of a set of coupons, of which the first ones count. */
  static byte[] image(int[] coupons, int count) {
    ByteBuffer image = ByteBuffer.allocate(SET_AT + 4 * count).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0, (byte) SET_INTS);
    image.put(1, (byte) VERSION);
    image.put(2, (byte) FAMILY);
    image.put(3, (byte) ClickMeasures.HLL_LG_K);
    image.put(FLAGS_AT, (byte) COMPACT);
    image.put(MODE_AT, (byte) (SET | HLL_8));
    image.putInt(LIST_AT, count);
    image.position(SET_AT);
    image.asIntBuffer().put(coupons, 0, count);
    return image.array();
  }
}
