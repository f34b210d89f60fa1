package io.clickledger.rules.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.fraud.RepeatClickRule;
import io.clickledger.rules.fraud.StatefulRules;
import io.clickledger.rules.fraud.VelocityRule;
import io.clickledger.rules.fraud.Verdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClickHistoryTest {
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final long SLICE = WINDOW.toMillis() / ClickHistory.SLICES;
  private static final StatefulRules RULES =
      new StatefulRules(
          List.of(
              velocity("address-10s", VelocityRule.Key.IP_ADDRESS, 10, 3),
              velocity("address-1m", VelocityRule.Key.IP_ADDRESS, 60, 5),
              velocity("address-1h", VelocityRule.Key.IP_ADDRESS, 3_600, 40),
              velocity("user-10s", VelocityRule.Key.USER_ID, 10, 2)),
          List.of(
              new RepeatClickRule("repeat", Verdict.SOPHISTICATED_INVALID, Duration.ofSeconds(5))));

  @Test
  void knowsAClickIdForTheWindowAndForgetsItAfterSevenSixthsOfIt() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    history.repeats(1, 2, 0);

    assertThat(history.repeats(1, 3, 0)).isFalse();
    assertThat(history.repeats(1, 2, 0)).isTrue();
    assertThat(history.repeats(1, 2, WINDOW.toMillis())).isTrue();
    assertThat(history.repeats(1, 3, SLICE * (ClickHistory.SLICES + 1))).isFalse();
  }

  @Test
  void knowsTheNilUuid() {
    ClickHistory history = new ClickHistory(WINDOW, 42);

    assertThat(history.repeats(0, 0, 0)).isFalse();
    assertThat(history.repeats(0, 0, 0)).isTrue();
  }

  @Test
  void countsAClickThatComesTwiceOnce() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    for (int i = 0; i < 20; i++) {
      assertThat(history.ofAddress(7, 1000, 55, i, RULES)).isZero();
    }
  }

  @Test
  void countsAClickThatComesTwiceOnceAlsoWhereItsTimeChanges() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    for (int i = 0; i < 20; i++) {
      assertThat(history.ofAddress(7, 1000 + i % 3, 55, 0, RULES)).isZero();
    }
  }

  @Test
  void takesAClickIdForAnotherClickWhereItsTimesAreAMinuteApart() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    for (int i = 0; i < 40; i++) {
      assertThat(history.ofAddress(7, 1000 + 60 * i, 55, 0, RULES)).isZero();
    }
    assertThat(RULES.ids(history.ofAddress(7, 1000 + 59 * 60, 55, 0, RULES)))
        .containsExactly("address-1h");
  }

  @Test
  void countsAClickThatComesTwiceOnceAlsoInTheNextHour() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    history.ofAddress(7, 3600, 1, 0, RULES);
    history.ofAddress(7, 3599, 1, 0, RULES);
    history.ofAddress(7, 3601, 2, 0, RULES);

    assertThat(history.ofAddress(7, 3602, 3, 0, RULES)).isZero();
    assertThat(RULES.ids(history.ofAddress(7, 3603, 4, 0, RULES))).containsExactly("address-10s");
  }

  @Test
  void looksBackFromTheFirstSecondOfAnHour() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    for (int i = 0; i < 3; i++) {
      assertThat(history.ofAddress(7, 7199 + i % 2, i, 0, RULES)).isZero();
    }
    assertThat(RULES.ids(history.ofAddress(7, 7200, 3, 0, RULES))).containsExactly("address-10s");
  }

  @Test
  void countsARushThatIsDeliveredAgainOnce() {
    StatefulRules rules =
        new StatefulRules(
            List.of(
                velocity("address-10s", VelocityRule.Key.IP_ADDRESS, 10, 50),
                velocity("address-1m", VelocityRule.Key.IP_ADDRESS, 60, 2_000),
                velocity("address-1h", VelocityRule.Key.IP_ADDRESS, 3_600, 9_000)),
            List.of());
    ClickHistory history = new ClickHistory(WINDOW, 42);
    for (int delivery = 0; delivery < 4; delivery++) {
      for (int i = 0; i < 1_500; i++) {
        int matched = history.ofAddress(7, 1000 + i / 30, i, delivery * SLICE / 2, rules);
        assertThat(rules.ids(matched)).doesNotContain("address-1m", "address-1h");
      }
    }
  }

  @Test
  void countsAnHourThatIsDeliveredAgainOnce() {
    StatefulRules rules =
        new StatefulRules(
            List.of(velocity("address-1h", VelocityRule.Key.IP_ADDRESS, 3_600, 5_000)), List.of());
    ClickHistory history = new ClickHistory(WINDOW, 42);
    for (int delivery = 0; delivery < 3; delivery++) {
      for (int i = 0; i < 4_500; i++) {
        assertThat(history.ofAddress(7, i * 3 / 4, i, delivery * SLICE, rules)).isZero();
      }
    }
  }

  /** By whoever dates clicks so that they stand in front of those that matter. */
  @ParameterizedTest
  @CsvSource({"3599, 1000", "3599, 3580", "3630, 3590", "3630, 1000"})
  void flagsClicksAlsoWhereMoreThanTheLookbackWereMadeLater(int later, int second) {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    for (int i = 0; i <= StatefulRules.MAX_LOOKBACK; i++) {
      history.ofUser(7, later, i, i, 0, RULES);
    }
    history.ofUser(7, second, -1, 9, 0, RULES);
    history.ofUser(7, second + 1, -2, 8, 0, RULES);

    assertThat(RULES.ids(history.ofUser(7, second + 2, -3, 9, 0, RULES)))
        .containsExactly("user-10s", "repeat");
  }

  @Test
  void findsEveryKeyAmongMany() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    int keys = 20_000;
    for (int key = 0; key < keys; key++) {
      history.ofUser(key, 1000, key, 9, 0, RULES);
    }
    for (int key = 0; key < keys; key++) {
      assertThat(RULES.ids(history.ofUser(key, 1001, keys + key, 9, key < 10 ? 0 : SLICE, RULES)))
          .as("user %d", key)
          .containsExactly("repeat");
    }
  }

  @Test
  void remembersClicksAlsoWhileNoRuleLooksAtThem() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    StatefulRules none = new StatefulRules(List.of(), List.of());
    history.ofUser(7, 1000, 1, 9, 0, none);

    assertThat(RULES.ids(history.ofUser(7, 1001, 2, 9, 0, RULES))).containsExactly("repeat");
  }

  @Test
  void namesEveryRuleThatMatches() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    history.ofUser(7, 1000, 1, 9, 0, RULES);
    history.ofUser(7, 1001, 2, 8, 0, RULES);

    assertThat(RULES.ids(history.ofUser(7, 1002, 3, 9, 0, RULES)))
        .containsExactly("user-10s", "repeat");
  }

  @Test
  void refusesAClickThatLandedBeforeTheLast() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    history.repeats(1, 2, SLICE);

    assertThatThrownBy(() -> history.repeats(1, 3, SLICE - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("order of landing");
  }

  @Test
  void forgetsWhatNoClickCanSee() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    for (int i = 0; i < 10_000; i++) {
      history.repeats(i, 1, 0);
    }
    history.repeats(1, 1, SLICE * (ClickHistory.SLICES + 1));

    assertThat(history.ids()).isEqualTo(1);
  }

  /** There is one history for each of hundreds of buckets. */
  @Test
  void takesLittleRoomForFewClicks() {
    ClickHistory history = new ClickHistory(WINDOW, 42);

    history.repeats(1, 1, 0);
    history.ofAddress(1, 1000, 1, 0, RULES);
    history.ofUser(1, 1000, 1, 9, 0, RULES);

    assertThat(history.bytes()).isLessThan(2_000);
  }

  @Test
  void givesTheRoomBackThatASliceThatIsOverDoesNotNeed() {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    int clicks = 100_000;
    for (int i = 0; i < clicks; i++) {
      history.repeats(i, 1, 0);
      history.ofAddress(i, 1000, i, 0, RULES);
      history.ofUser(i, 1000, i, 9, 0, RULES);
    }
    long open = history.bytes();

    history.repeats(-1, 1, SLICE);

    // Four fifths full: an id of 16 bytes, two keys of 16, and clicks of 12 and 16.
    assertThat(history.bytes()).isLessThan(open).isBetween(88L * clicks, 90L * clicks);
    assertThat(history.repeats(clicks - 1, 1, SLICE)).isTrue();
    assertThat(history.repeats(clicks, 1, SLICE)).isFalse();
  }

  /** Against a list that is searched from one end to the other. */
  @Property(tries = 60)
  void answersAsANaiveSearchDoes(@ForAll long seed, @IntRange(min = 1, max = 40) @ForAll int keys) {
    ClickHistory history = new ClickHistory(WINDOW, 42);
    Naive naive = new Naive();
    for (FedClick click : clicks(new Random(seed), keys)) {
      assertThat(history.repeats(click.id, -1, click.landedAt))
          .as("%s repeats", click)
          .isEqualTo(naive.repeats(click));
      assertThat(
              RULES.ids(
                  history.ofAddress(click.key, click.second, click.id, click.landedAt, RULES)))
          .as("address of %s", click)
          .isEqualTo(naive.ofAddress(click));
      assertThat(
              RULES.ids(
                  history.ofUser(
                      click.key, click.second, click.id, click.ad, click.landedAt, RULES)))
          .as("user of %s", click)
          .isEqualTo(naive.ofUser(click));
      naive.remember(click);
    }
  }

  /** The same clicks say the same to a history that was told only what they can see. */
  @Property(tries = 30)
  void needsNoMoreThanWhatAClickCanSee(@ForAll long seed) {
    List<FedClick> clicks = clicks(new Random(seed), 5);
    ClickHistory whole = new ClickHistory(WINDOW, 42);
    int middle = clicks.size() / 2;
    clicks.subList(0, middle).forEach(click -> feed(whole, click));
    long from = ClickHistory.visibleFrom(WINDOW, clicks.get(middle).landedAt);
    ClickHistory fed = new ClickHistory(WINDOW, 42);
    clicks.subList(0, middle).stream()
        .filter(click -> click.landedAt >= from)
        .forEach(click -> feed(fed, click));

    for (FedClick click : clicks.subList(middle, clicks.size())) {
      assertThat(feed(fed, click)).as("%s", click).isEqualTo(feed(whole, click));
    }
  }

  /** Also where the filter of the load has far too little room, so that all looks known to it. */
  @Property(tries = 100)
  void answersTheSameAfterThePastWasLoadedInsteadOfFed(
      @ForAll long seed,
      @IntRange(min = 1, max = 40) @ForAll int keys,
      @IntRange(max = 600) @ForAll int expected) {
    List<FedClick> clicks = clicks(new Random(seed), keys);
    int middle = clicks.size() / 2;
    ClickHistory fed = new ClickHistory(WINDOW, 42);
    ClickHistory loaded = new ClickHistory(WINDOW, 42);
    HistoryLoad load = new HistoryLoad(loaded, expected);
    for (FedClick click : clicks.subList(0, middle)) {
      feed(fed, click);
      remember(load, click);
    }
    assertThat(loaded.bytes()).isEqualTo(fed.bytes());
    assertThat(loaded.ids()).isEqualTo(fed.ids());

    for (FedClick click : clicks.subList(middle, clicks.size())) {
      assertThat(feed(loaded, click)).as("%s", click).isEqualTo(feed(fed, click));
    }
  }

  /** Some slices come from what was written when they were over, the rest is told or loaded. */
  @Property(tries = 150)
  void saysTheSameWhereSlicesWereWrittenAndAppended(
      @ForAll long seed,
      @IntRange(min = 1, max = 40) @ForAll int keys,
      @IntRange(max = 600) @ForAll int expected,
      @IntRange(max = 8) @ForAll int most) {
    List<FedClick> clicks = clicks(new Random(seed), keys);
    int middle = clicks.size() / 2;
    TreeMap<Long, byte[]> written = new TreeMap<>();
    ClickHistory fed = writing(written);
    clicks.subList(0, middle).forEach(click -> feed(fed, click));
    long from = ClickHistory.visibleFrom(WINDOW, clicks.get(middle - 1).landedAt) / SLICE;

    ClickHistory restored = new ClickHistory(WINDOW, 42, slice -> {});
    HistoryLoad load = new HistoryLoad(restored, expected);
    List<Map.Entry<Long, byte[]>> visible = List.copyOf(written.tailMap(from).entrySet());
    List<Map.Entry<Long, byte[]>> appended = visible.subList(0, Math.min(most, visible.size()));
    appended.forEach(slice -> load.append(read(slice.getValue())));
    long rest = appended.isEmpty() ? from : appended.get(appended.size() - 1).getKey() + 1;
    clicks.subList(0, middle).stream()
        .filter(click -> click.slice() >= rest)
        .forEach(click -> remember(load, click));

    assertThat(restored.bytes()).isEqualTo(fed.bytes());
    assertThat(restored.ids()).isEqualTo(fed.ids());
    for (FedClick click : clicks.subList(middle, clicks.size())) {
      assertThat(feed(restored, click)).as("%s", click).isEqualTo(feed(fed, click));
    }
  }

  /** So what is written does not depend on how far beyond a slice one was told. */
  @Property(tries = 30)
  void writesTheSameOfALoadAsOfWhatWasTold(
      @ForAll long seed, @IntRange(min = 1, max = 40) @ForAll int keys) {
    List<FedClick> clicks = clicks(new Random(seed), keys);
    TreeMap<Long, byte[]> ofTold = new TreeMap<>();
    TreeMap<Long, byte[]> ofLoaded = new TreeMap<>();
    ClickHistory fed = writing(ofTold);
    HistoryLoad load = new HistoryLoad(writing(ofLoaded), 100);
    for (FedClick click : clicks) {
      feed(fed, click);
      remember(load, click);
      load.history().seal(click.landedAt);
    }

    assertThat(ofLoaded.keySet()).isEqualTo(ofTold.keySet());
    ofTold.forEach((slice, bytes) -> assertThat(ofLoaded.get(slice)).isEqualTo(bytes));
  }

  @Test
  void countsTheClicksOfASliceAndTheirLandings() {
    List<ClickSlice> over = new ArrayList<>();
    ClickHistory history = new ClickHistory(WINDOW, 42, over::add);
    history.repeats(1, 1, 5);
    history.repeats(1, 1, 5);
    history.repeats(1, 2, SLICE - 1);
    history.seal(SLICE - 1);
    assertThat(over).isEmpty();

    history.seal(SLICE);
    history.seal(SLICE);

    assertThat(over).hasSize(1);
    assertThat(over.get(0).index()).isZero();
    assertThat(over.get(0).clicks()).isEqualTo(3);
    assertThat(over.get(0).landings())
        .isEqualTo(2 * ClickSlice.landing(5) + ClickSlice.landing(SLICE - 1));
    assertThatThrownBy(() -> history.repeats(1, 3, SLICE - 1))
        .hasMessageContaining("order of landing");
  }

  @Test
  void readsASliceThatIsLargerThanABuffer() {
    List<byte[]> written = new ArrayList<>();
    ClickHistory history = new ClickHistory(WINDOW, 42, slice -> written.add(bytes(slice)));
    int clicks = 30_000;
    for (int i = 0; i < clicks; i++) {
      history.repeats(i, 1, 0);
      history.ofUser(i, 1000, i, 9, 0, RULES);
    }
    history.seal(SLICE);
    ClickHistory restored = new ClickHistory(WINDOW, 42);
    restored.append(read(written.get(0)));

    for (int i = 0; i < clicks; i++) {
      assertThat(restored.repeats(i, 1, SLICE)).isTrue();
      assertThat(RULES.ids(restored.ofUser(i, 1001, clicks + i, 9, SLICE, RULES)))
          .containsExactly("repeat");
    }
    assertThat(restored.repeats(clicks, 1, SLICE)).isFalse();
  }

  @Test
  void refusesBytesThatAreNotASlice() {
    byte[] empty = bytes(ClickSlice.empty(7, 42));
    assertThat(read(empty).index()).isEqualTo(7);

    assertThatThrownBy(() -> read(Arrays.copyOf(empty, empty.length - 8)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read(Arrays.copyOf(empty, empty.length + 8)))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] long1 = empty.clone();
    ByteBuffer.wrap(long1).order(ByteOrder.LITTLE_ENDIAN).putLong(5 * Long.BYTES, 1L << 40);
    assertThatThrownBy(() -> read(long1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Where this fails, slices that were written before say something else: raise the format. */
  @Test
  void writesSlicesInTheFormatOfTheirNumber() {
    CRC32C checksum = new CRC32C();
    ClickHistory history = new ClickHistory(WINDOW, 42, slice -> slice.write(checksum::update));
    clicks(new Random(7), 5).forEach(click -> feed(history, click));

    assertThat(List.of(ClickSlice.FORMAT, checksum.getValue())).isEqualTo(List.of(1, 1619174911L));
  }

  private static ClickHistory writing(Map<Long, byte[]> written) {
    return new ClickHistory(
        WINDOW, 42, slice -> assertThat(written.put(slice.index(), bytes(slice))).isNull());
  }

  private static byte[] bytes(ClickSlice slice) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    slice.write(
        buffer -> {
          byte[] part = new byte[buffer.remaining()];
          buffer.get(part);
          bytes.writeBytes(part);
        });
    return bytes.toByteArray();
  }

  private static ClickSlice read(byte[] bytes) {
    ByteBuffer all = ByteBuffer.wrap(bytes);
    return ClickSlice.read(
        buffer -> {
          int length = buffer.remaining();
          buffer.put(all.slice(all.position(), length));
          all.position(all.position() + length);
        },
        bytes.length,
        42);
  }

  private static void remember(HistoryLoad load, FedClick click) {
    load.remember(click.id, -1, click.landedAt);
    load.rememberOfAddress(click.key, click.second, click.id, click.landedAt);
    load.rememberOfUser(click.key, click.second, click.id, click.ad, click.landedAt);
  }

  private static List<Object> feed(ClickHistory history, FedClick click) {
    return List.of(
        history.repeats(click.id, -1, click.landedAt),
        history.ofAddress(click.key, click.second, click.id, click.landedAt, RULES),
        history.ofUser(click.key, click.second, click.id, click.ad, click.landedAt, RULES));
  }

  /** Clicks in the order of landing; some come twice, some late, now and then a pause. */
  private static List<FedClick> clicks(Random random, int keys) {
    List<FedClick> clicks = new ArrayList<>();
    long landedAt = random.nextInt(1_000_000);
    for (int i = 0; i < 400; i++) {
      landedAt += random.nextInt(50) == 0 ? random.nextInt(2_000_000) : random.nextInt(5_000);
      if (!clicks.isEmpty() && random.nextInt(6) == 0) {
        FedClick again = clicks.get(random.nextInt(clicks.size()));
        int second = again.second + (random.nextInt(3) == 0 ? random.nextInt(200) - 100 : 0);
        clicks.add(new FedClick(again.id, again.key, again.ad, second, landedAt));
      } else {
        int late = random.nextInt(5) == 0 ? random.nextInt(random.nextBoolean() ? 90 : 9_000) : 0;
        int second = (int) (landedAt / 1000) - late;
        clicks.add(new FedClick(i, random.nextInt(keys), random.nextInt(3), second, landedAt));
      }
    }
    return clicks;
  }

  private static VelocityRule velocity(String id, VelocityRule.Key key, int seconds, int limit) {
    return new VelocityRule(
        id, Verdict.SOPHISTICATED_INVALID, key, Duration.ofSeconds(seconds), limit);
  }

  private record FedClick(int id, int key, int ad, int second, long landedAt) {
    boolean isSame(FedClick other) {
      return id == other.id && key == other.key && Math.abs(second - other.second) < 60;
    }

    long slice() {
      return landedAt / SLICE;
    }
  }

  /** The rules as their documentation words them. */
  private static final class Naive {
    private final List<FedClick> earlier = new ArrayList<>();

    /** Each click once, as it was told in the last slice that it came in. */
    private final List<FedClick> remembered = new ArrayList<>();

    void remember(FedClick click) {
      earlier.add(click);
      if (remembered.stream()
          .noneMatch(other -> other.isSame(click) && other.slice() == click.slice())) {
        remembered.removeIf(other -> other.isSame(click) && isVisible(other, click));
        remembered.add(click);
      }
    }

    boolean repeats(FedClick click) {
      return earlier.stream().anyMatch(other -> other.id == click.id && isVisible(other, click));
    }

    List<String> ofAddress(FedClick click) {
      List<String> ids = new ArrayList<>();
      if (within(click, 10) + 1 > 3) {
        ids.add("address-10s");
      }
      if (within(click, 60) + 1 > 5) {
        ids.add("address-1m");
      }
      if (within(click, 3_600) + 1 > 40) {
        ids.add("address-1h");
      }
      return ids;
    }

    List<String> ofUser(FedClick click) {
      List<String> ids = new ArrayList<>();
      if (within(click, 10) + 1 > 2) {
        ids.add("user-10s");
      }
      if (others(click)
          .filter(other -> Math.abs(other.second - click.second) < 5)
          .anyMatch(other -> other.ad == click.ad)) {
        ids.add("repeat");
      }
      return ids;
    }

    /** How many other clicks of the key are in the window that ends with the click. */
    private long within(FedClick click, int seconds) {
      return others(click)
          .filter(other -> other.second <= click.second)
          .filter(other -> other.second > click.second - seconds)
          .count();
    }

    private Stream<FedClick> others(FedClick click) {
      return remembered.stream()
          .filter(other -> other.key == click.key && isVisible(other, click))
          .filter(other -> !other.isSame(click));
    }

    private static boolean isVisible(FedClick earlier, FedClick click) {
      return earlier.landedAt >= ClickHistory.visibleFrom(WINDOW, click.landedAt);
    }
  }
}
