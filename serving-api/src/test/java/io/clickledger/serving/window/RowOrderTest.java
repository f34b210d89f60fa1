package io.clickledger.serving.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowOrderTest {

  @Test
  void ordersTextsAsTheirBytesOfUtf8() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      String one = text(random);
      String other = text(random);

      assertThat(Integer.signum(RowOrder.compare(one, other)))
          .as("%s and %s", one, other)
          .isEqualTo(
              Integer.signum(
                  Arrays.compareUnsigned(
                      one.getBytes(StandardCharsets.UTF_8),
                      other.getBytes(StandardCharsets.UTF_8))));
    }
  }

  private static String text(Random random) {
    int[] points = {'a', 'b', 0xE9, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x1F600};
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }
}
