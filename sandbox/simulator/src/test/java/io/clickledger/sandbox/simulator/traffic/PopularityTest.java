package io.clickledger.sandbox.simulator.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PopularityTest {
  private static final int DRAWS = 200_000;
  private static final int SIZE = 10;

  @Test
  void givesTheFirstItsShareAndKeepsTheOthersProportions() {
    double[] usual = shares(Popularity.zipf(SIZE, 1.1));
    double[] hot = shares(Popularity.zipf(SIZE, 1.1).withFirst(0.5));

    assertThat(hot[0]).isCloseTo(0.5, within(0.005));
    for (int i = 1; i < SIZE; i++) {
      assertThat(hot[i]).isCloseTo(usual[i] / (1 - usual[0]) * 0.5, within(0.005));
    }
  }

  @Test
  void aShareThatLeavesNothingToTheOthersIsRefused() {
    Popularity usual = Popularity.zipf(SIZE, 1.1);

    assertThatThrownBy(() -> usual.withFirst(1)).hasMessageContaining("between 0 and 1, was 1.0");
    assertThatThrownBy(() -> usual.withFirst(0)).hasMessageContaining("between 0 and 1, was 0.0");
    assertThatThrownBy(() -> Popularity.zipf(1, 1).withFirst(0.5)).hasMessageContaining("of 1");
  }

  private static double[] shares(Popularity popularity) {
    Random random = new Random(1);
    double[] shares = new double[SIZE];
    for (int i = 0; i < DRAWS; i++) {
      shares[popularity.draw(random)] += 1.0 / DRAWS;
    }
    return shares;
  }
}
