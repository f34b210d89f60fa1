package io.clickledger.rules.history;

import static io.clickledger.rules.history.ClickHistoryTest.RULES;
import static io.clickledger.rules.history.ClickHistoryTest.SLICE;
import static io.clickledger.rules.history.ClickHistoryTest.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Of histories that were fed random clicks, or loaded with them. */
class ClickHistoryPropertiesTest {

  @Property(tries = 60)
  void answersAsANaiveSearchDoes(@ForAll long seed, @IntRange(min = 1, max = 40) @ForAll int keys) {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    NaiveHistory naive = new NaiveHistory(WINDOW);
    for (HistoryClick click : HistoryClick.random(new Random(seed), keys)) {
      assertThat(click.in(history, RULES))
          .as("%s", click)
          .isEqualTo(List.of(naive.repeats(click), naive.ofAddress(click), naive.ofUser(click)));
      naive.remember(click);
    }
  }

  @Property(tries = 30)
  void needsNoMoreThanWhatAClickCanSee(@ForAll long seed) {
    List<HistoryClick> clicks = HistoryClick.random(new Random(seed), 5);
    ClickHistory whole = new ClickHistory(WINDOW, 42);
    int middle = clicks.size() / 2;
    clicks.subList(0, middle).forEach(click -> click.in(whole, RULES));
    long from = ClickHistory.visibleFrom(WINDOW, clicks.get(middle).landedAt());
    ClickHistory fed = new ClickHistory(WINDOW, 42);
    clicks.subList(0, middle).stream()
        .filter(click -> click.landedAt() >= from)
        .forEach(click -> click.in(fed, RULES));

    assertSameAnswers(fed, whole, clicks.subList(middle, clicks.size()));
  }

  /** Also where the filter of the load has far too little room, so that all looks known to it. */
  @Property(tries = 100)
  void answersTheSameAfterThePastWasLoaded(
      @ForAll long seed,
      @IntRange(min = 1, max = 40) @ForAll int keys,
      @IntRange(max = 600) @ForAll int expected) {
    List<HistoryClick> clicks = HistoryClick.random(new Random(seed), keys);
    int middle = clicks.size() / 2;
    ClickHistory fed = new ClickHistory(WINDOW, 42);
    ClickHistory loaded = new ClickHistory(WINDOW, 42);
    HistoryLoad load = new HistoryLoad(loaded, expected);
    for (HistoryClick click : clicks.subList(0, middle)) {
      click.in(fed, RULES);
      click.loadInto(load);
    }

    assertSameSize(loaded, fed);
    assertSameAnswers(loaded, fed, clicks.subList(middle, clicks.size()));
  }

  /** Some slices come from what was written when they were over, the rest is loaded. */
  @Property(tries = 150)
  void answersTheSameWhereSlicesWereAppended(
      @ForAll long seed,
      @IntRange(min = 1, max = 40) @ForAll int keys,
      @IntRange(max = 600) @ForAll int expected,
      @IntRange(max = 8) @ForAll int most) {
    List<HistoryClick> clicks = HistoryClick.random(new Random(seed), keys);
    int middle = clicks.size() / 2;
    TreeMap<Long, byte[]> written = new TreeMap<>();
    ClickHistory fed = writing(written);
    clicks.subList(0, middle).forEach(click -> click.in(fed, RULES));
    long from = ClickHistory.visibleFrom(WINDOW, clicks.get(middle - 1).landedAt()) / SLICE;

    ClickHistory restored = new ClickHistory(WINDOW, 42, slice -> {});
    HistoryLoad load = new HistoryLoad(restored, expected);
    List<Map.Entry<Long, byte[]>> visible = List.copyOf(written.tailMap(from).entrySet());
    List<Map.Entry<Long, byte[]>> appended = visible.subList(0, Math.min(most, visible.size()));
    appended.forEach(slice -> load.append(WrittenSlices.read(slice.getValue())));
    long rest = appended.isEmpty() ? from : appended.get(appended.size() - 1).getKey() + 1;
    clicks.subList(0, middle).stream()
        .filter(click -> ClickHistory.sliceAt(WINDOW, click.landedAt()) >= rest)
        .forEach(click -> click.loadInto(load));

    assertSameSize(restored, fed);
    assertSameAnswers(restored, fed, clicks.subList(middle, clicks.size()));
  }

  /** So what is written does not depend on how far beyond a slice one was fed. */
  @Property(tries = 30)
  void writesTheSameLoadedAsFed(@ForAll long seed, @IntRange(min = 1, max = 40) @ForAll int keys) {
    TreeMap<Long, byte[]> ofFed = new TreeMap<>();
    TreeMap<Long, byte[]> ofLoaded = new TreeMap<>();
    ClickHistory fed = writing(ofFed);
    HistoryLoad load = new HistoryLoad(writing(ofLoaded), 100);
    for (HistoryClick click : HistoryClick.random(new Random(seed), keys)) {
      click.in(fed, RULES);
      click.loadInto(load);
      load.history().seal(click.landedAt());
    }

    assertThat(ofLoaded.keySet()).isEqualTo(ofFed.keySet());
    ofFed.forEach((slice, bytes) -> assertThat(ofLoaded.get(slice)).isEqualTo(bytes));
  }

  private static ClickHistory writing(Map<Long, byte[]> written) {
    return new ClickHistory(
        WINDOW,
        WrittenSlices.SECRET,
        slice -> assertThat(written.put(slice.index(), WrittenSlices.bytes(slice))).isNull());
  }

  private static void assertSameSize(ClickHistory history, ClickHistory expected) {
    assertThat(history.bytes()).isEqualTo(expected.bytes());
    assertThat(history.ids()).isEqualTo(expected.ids());
  }

  private static void assertSameAnswers(
      ClickHistory history, ClickHistory expected, List<HistoryClick> clicks) {
    for (HistoryClick click : clicks) {
      assertThat(click.in(history, RULES)).as("%s", click).isEqualTo(click.in(expected, RULES));
    }
  }
}
