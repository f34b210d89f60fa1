package io.clickledger.serving.reports.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CountsTest {
  @Test
  void offersEveryDimensionOfTheTables() {
    assertThat(Arrays.stream(Dimension.values()).map(Dimension::column))
        .containsExactlyElementsOf(ClickDimensions.ALL);
  }

  @Test
  void offersEverySumOfTheTables() {
    assertThat(Arrays.stream(Measure.values()).filter(Measure::isSum).map(Measure::column))
        .containsExactlyElementsOf(ClickMeasures.SUMS);
  }
}
