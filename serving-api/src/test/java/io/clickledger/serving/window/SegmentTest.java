package io.clickledger.serving.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SegmentTest {
  private final Random random = new Random(7);

  @Test
  void readsWhatWasWrittenHoweverRowsWereDividedAmongSegments() {
    for (int round = 0; round < 50; round++) {
      Map<List<Integer>, List<Long>> expected = new TreeMap<>(SegmentTest::compare);
      List<Segment> levels = List.of();
      for (int part = 0; part < 1 + random.nextInt(6); part++) {
        SegmentBuilder builder = new SegmentBuilder();
        for (int i = random.nextInt(200); i > 0; i--) {
          Row row = row();
          builder.add(row);
          expected.merge(List.of(row.combination, row.time), values(row), SegmentTest::sum);
        }
        levels = Levels.plus(levels, builder.build(), 0);
      }

      Map<List<Integer>, List<Long>> found = new TreeMap<>(SegmentTest::compare);
      Levels.merged(levels)
          .forEach(row -> found.put(List.of(row.combination, row.time), values(row)));

      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void keepsFewLevels() {
    List<Segment> levels = List.of();
    for (int i = 0; i < 1_000; i++) {
      SegmentBuilder builder = new SegmentBuilder();
      Row row = row();
      row.time = i;
      builder.add(row);
      levels = Levels.plus(levels, builder.build(), 0);
    }

    assertThat(levels).hasSizeLessThan(12);
  }

  @Test
  void leavesOutRowsBeforeTheTimeAsItMerges() {
    Segment one = segment(1, 100, 5);
    Segment other = segment(1, 200, 6);

    Segment merged = Segment.merged(one, other, 150);

    List<Long> gross = new ArrayList<>();
    merged.forEach(row -> gross.add(row.sums[0]));
    assertThat(gross).containsExactly(6L);
  }

  private static Segment segment(int combination, int time, long gross) {
    SegmentBuilder builder = new SegmentBuilder();
    Row row = new Row();
    row.combination = combination;
    row.time = time;
    row.sums[0] = gross;
    builder.add(row);
    return builder.build();
  }

  /** Small and large numbers, negative ones, and a gross that is not the sum of its classes. */
  private Row row() {
    Row row = new Row();
    row.combination = random.nextInt(40);
    row.time = 1_900_000 + random.nextInt(96);
    row.revision = random.nextInt(4) == 0 ? random.nextInt(300) : 0;
    for (int i = 0; i < Row.SUMS; i++) {
      row.sums[i] =
          switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(100);
            case 2 -> -random.nextInt(1_000_000);
            default -> random.nextLong() >> 8;
          };
    }
    return row;
  }

  private static List<Long> values(Row row) {
    List<Long> values = new ArrayList<>(Arrays.stream(row.sums).boxed().toList());
    values.add((long) row.revision);
    return values;
  }

  private static List<Long> sum(List<Long> one, List<Long> other) {
    List<Long> sum = new ArrayList<>();
    for (int i = 0; i < Row.SUMS; i++) {
      sum.add(one.get(i) + other.get(i));
    }
    sum.add(Math.max(one.get(Row.SUMS), other.get(Row.SUMS)));
    return sum;
  }

  private static int compare(List<Integer> one, List<Integer> other) {
    return one.get(0).equals(other.get(0))
        ? one.get(1).compareTo(other.get(1))
        : one.get(0).compareTo(other.get(0));
  }
}
