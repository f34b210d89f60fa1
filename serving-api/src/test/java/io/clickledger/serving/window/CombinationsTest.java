package io.clickledger.serving.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CombinationsTest {
  private final Combinations combinations = new Combinations();

  private static String[] values(String advertiser) {
    String[] values = new String[Combinations.DIMENSIONS];
    values[0] = advertiser;
    return values;
  }

  @Test
  void numbersEqualCombinationsAlike() {
    assertThat(Arrays.asList("a", "b", "a", null, null).stream().map(CombinationsTest::values))
        .extracting(combinations::numberOf)
        .containsExactly(0, 1, 0, 2, 2);
  }

  @Test
  void isNumberedByOneThreadOnly() {
    combinations.numberOf(values("a"));

    assertThatThrownBy(
            () ->
                CompletableFuture.runAsync(
                        () -> combinations.numberOf(values("b")), task -> start(task))
                    .join())
        .hasMessageContaining("numbered by " + Thread.currentThread().getName());
    assertThat(combinations.size()).isEqualTo(1);
  }

  private static void start(Runnable task) {
    new Thread(task, "another").start();
  }
}
