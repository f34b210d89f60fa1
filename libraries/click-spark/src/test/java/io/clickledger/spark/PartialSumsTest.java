package io.clickledger.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.fraud.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.datasketches.hll.HllSketch;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

class PartialSumsTest {
  private static final int SKETCH = 14;
  private static final long MINUTE = 60_000_000;

  private final PartialSums partials = new PartialSums();

  @Test
  void countsEachVerdictUnderItsMeasureAndAllUnderGross() {
    for (Verdict verdict : Verdict.values()) {
      partials.add(grain(MINUTE, "ad-1"), verdict, verdict == Verdict.VALID ? 7 : 0, user("u"));
    }
    partials.add(grain(MINUTE, "ad-1"), Verdict.VALID, 7, null);

    assertThat(rows())
        .singleElement()
        .satisfies(
            row ->
                assertThat(Arrays.copyOfRange(row, 8, SKETCH))
                    .containsExactly(5L, 1L, 1L, 1L, 2L, 14L));
  }

  @Test
  void countsOnlyUsersOfValidClicksAndEachOnce() {
    partials.add(grain(MINUTE, "ad-1"), Verdict.VALID, 0, user("u-1"));
    partials.add(grain(MINUTE, "ad-1"), Verdict.VALID, 0, user("u-1"));
    partials.add(grain(MINUTE, "ad-1"), Verdict.DUPLICATE, 0, user("u-2"));
    partials.add(grain(MINUTE, "ad-2"), Verdict.GENERAL_INVALID, 0, user("u-3"));

    List<Object[]> rows = rows();

    assertThat(HllSketch.heapify((byte[]) rows.get(0)[SKETCH]).getCompositeEstimate())
        .isBetween(0.99, 1.01);
    assertThat(rows.get(1)[SKETCH]).isNull();
  }

  @Test
  void keepsAGrainWhoseRowIsWrittenOver() {
    byte[] memory = "ad-1".getBytes(StandardCharsets.UTF_8);
    UTF8String inMemory = UTF8String.fromBytes(memory);

    partials.add(grain(MINUTE, inMemory), Verdict.VALID, 0, null);
    memory[3] = '2';
    partials.add(grain(MINUTE, UTF8String.fromBytes(memory)), Verdict.VALID, 0, null);
    partials.add(grain(2 * MINUTE, UTF8String.fromBytes(memory)), Verdict.VALID, 0, null);

    assertThat(rows())
        .extracting(row -> row[0] + " " + row[3])
        .containsExactly(MINUTE + " ad-1", MINUTE + " ad-2", 2 * MINUTE + " ad-2");
  }

  @Test
  void forgetsWhatItHasHandedOver() {
    partials.add(grain(MINUTE, "ad-1"), Verdict.VALID, 1, null);

    assertThat(partials.size()).isEqualTo(1);
    assertThat(rows()).hasSize(1);
    assertThat(partials.size()).isZero();
    assertThat(rows()).isEmpty();
  }

  @Test
  void refusesACostThatNoLongHolds() {
    partials.add(grain(MINUTE, "ad-1"), Verdict.VALID, Long.MAX_VALUE, null);

    assertThatThrownBy(() -> partials.add(grain(MINUTE, "ad-1"), Verdict.VALID, 1, null))
        .isInstanceOf(ArithmeticException.class);
  }

  private List<Object[]> rows() {
    List<Object[]> rows = new ArrayList<>();
    partials.drain(rows::add);
    return rows;
  }

  private static UTF8String user(String hash) {
    return UTF8String.fromString(hash);
  }

  private static Grain grain(long time, String ad) {
    return grain(time, UTF8String.fromString(ad));
  }

  /** Unknown in everything but the ad. */
  private static Grain grain(long time, UTF8String ad) {
    return new Grain(time, null, null, ad, null, null, null, null);
  }
}
