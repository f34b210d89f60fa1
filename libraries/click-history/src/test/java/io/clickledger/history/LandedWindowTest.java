package io.clickledger.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LandedWindowTest {
  private static final Instant FROM = Instant.parse("2026-11-20T10:00:00Z");
  private static final Instant THROUGH = FROM.plusSeconds(100);
  private static final Instant AFTER = THROUGH.plusNanos(1_000);

  private final LandedWindow window = new LandedWindow(FROM, THROUGH);

  @Test
  void isOnePieceWhereAllFits() {
    assertThat(bounds(Map.of(10, 50L, 20, 50L))).containsExactly(FROM, AFTER);
  }

  @Test
  void isCutBeforeTheLandingThatNoLongerFits() {
    assertThat(bounds(Map.of(10, 60L, 20, 40L, 30, 1L, 40, 99L, 50, 1L)))
        .containsExactly(FROM, FROM.plusSeconds(30), FROM.plusSeconds(50), AFTER);
  }

  @Test
  void leavesALandingWholeThatIsLargerThanAPiece() {
    assertThat(bounds(Map.of(10, 500L, 20, 500L)))
        .containsExactly(FROM, FROM.plusSeconds(10), FROM.plusSeconds(20), AFTER);
  }

  @Test
  void countsFilesThatBeganBeforeAndNoLaterLandings() {
    assertThat(bounds(Map.of(-5, 90L, 10, 20L, 100, 90L, 101, 500L)))
        .containsExactly(FROM, FROM.plusSeconds(10), FROM.plusSeconds(100), AFTER);
  }

  private List<Instant> bounds(Map<Integer, Long> rowsBySecond) {
    TreeMap<Instant, Long> rows = new TreeMap<>();
    rowsBySecond.forEach((second, count) -> rows.put(FROM.plusSeconds(second), count));
    return window.bounds(rows, 100);
  }
}
