package io.clickledger.rules.history;

import static io.clickledger.rules.history.HistoryClick.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.fraud.RepeatClickRule;
import io.clickledger.rules.fraud.StatefulRules;
import io.clickledger.rules.fraud.VelocityRule;
import io.clickledger.rules.fraud.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClickHistoryTest {
  static final Duration WINDOW = Duration.ofHours(1);
  static final long SLICE = WINDOW.toMillis() / ClickHistory.SLICES;
  static final StatefulRules RULES =
      new StatefulRules(
          List.of(
              velocity("address-10s", VelocityRule.Key.IP_ADDRESS, 10, 3),
              velocity("address-1m", VelocityRule.Key.IP_ADDRESS, 60, 5),
              velocity("address-1h", VelocityRule.Key.IP_ADDRESS, 3_600, 40),
              velocity("user-10s", VelocityRule.Key.USER_ID, 10, 2)),
          List.of(
              new RepeatClickRule("repeat", Verdict.SOPHISTICATED_INVALID, Duration.ofSeconds(5))));

  private final ClickHistory history = new ClickHistory(WINDOW, 42);

  @Test
  void knowsAClickIdForTheWindowAndASlice() {
    history.repeats(1, 2, 0);

    assertThat(history.repeats(1, 3, 0)).isFalse();
    assertThat(history.repeats(1, 2, 0)).isTrue();
    assertThat(history.repeats(1, 2, WINDOW.toMillis())).isTrue();
    assertThat(history.repeats(1, 3, SLICE * (ClickHistory.SLICES + 1))).isFalse();
  }

  @Test
  void knowsTheNilUuid() {
    assertThat(history.repeats(0, 0, 0)).isFalse();
    assertThat(history.repeats(0, 0, 0)).isTrue();
  }

  @Test
  void countsAClickThatComesTwiceOnce() {
    for (int i = 0; i < 20; i++) {
      assertThat(ofAddress(click(55).landedAt(i))).isEmpty();
    }
  }

  @Test
  void countsARepeatedClickOnceWhereItsTimeChanges() {
    for (int i = 0; i < 20; i++) {
      assertThat(ofAddress(click(55).atSecond(1000 + i % 3))).isEmpty();
    }
  }

  @Test
  void takesTimesAMinuteApartForTwoClicks() {
    for (int i = 0; i < 40; i++) {
      assertThat(ofAddress(click(55).atSecond(1000 + 60 * i))).isEmpty();
    }
    assertThat(ofAddress(click(55).atSecond(1000 + 59 * 60))).containsExactly("address-1h");
  }

  @Test
  void countsARepeatedClickOnceInTheNextHour() {
    ofAddress(click(1).atSecond(3600));
    ofAddress(click(1).atSecond(3599));
    ofAddress(click(2).atSecond(3601));

    assertThat(ofAddress(click(3).atSecond(3602))).isEmpty();
    assertThat(ofAddress(click(4).atSecond(3603))).containsExactly("address-10s");
  }

  @Test
  void looksBackFromTheFirstSecondOfAnHour() {
    for (int i = 0; i < 3; i++) {
      assertThat(ofAddress(click(i).atSecond(7199 + i % 2))).isEmpty();
    }
    assertThat(ofAddress(click(3).atSecond(7200))).containsExactly("address-10s");
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
    for (int delivery = 0; delivery < 4; delivery++) {
      for (int i = 0; i < 1_500; i++) {
        HistoryClick click = click(i).atSecond(1000 + i / 30).landedAt(delivery * SLICE / 2);
        assertThat(click.ofAddressIn(history, rules)).doesNotContain("address-1m", "address-1h");
      }
    }
  }

  @Test
  void countsAnHourThatIsDeliveredAgainOnce() {
    StatefulRules rules =
        new StatefulRules(
            List.of(velocity("address-1h", VelocityRule.Key.IP_ADDRESS, 3_600, 5_000)), List.of());
    for (int delivery = 0; delivery < 3; delivery++) {
      for (int i = 0; i < 4_500; i++) {
        HistoryClick click = click(i).atSecond(i * 3 / 4).landedAt(delivery * SLICE);
        assertThat(click.ofAddressIn(history, rules)).isEmpty();
      }
    }
  }

  /** By whoever dates clicks so that they stand in front of those that matter. */
  @ParameterizedTest
  @CsvSource({"3599, 1000", "3599, 3580", "3630, 3590", "3630, 1000"})
  void flagsClicksBehindMoreLaterOnesThanTheLookback(int later, int second) {
    for (int i = 0; i <= StatefulRules.MAX_LOOKBACK; i++) {
      ofUser(click(i).onAd(i).atSecond(later));
    }
    ofUser(click(-1).atSecond(second));
    ofUser(click(-2).onAd(8).atSecond(second + 1));

    assertThat(ofUser(click(-3).atSecond(second + 2))).containsExactly("user-10s", "repeat");
  }

  @Test
  void findsEveryKeyAmongMany() {
    int keys = 20_000;
    for (int key = 0; key < keys; key++) {
      ofUser(click(key).by(key));
    }
    for (int key = 0; key < keys; key++) {
      HistoryClick click = click(keys + key).by(key).atSecond(1001);
      assertThat(ofUser(click.landedAt(key < 10 ? 0 : SLICE)))
          .as("user %d", key)
          .containsExactly("repeat");
    }
  }

  @Test
  void remembersClicksAlsoWhileNoRuleLooksAtThem() {
    click(1).ofUserIn(history, new StatefulRules(List.of(), List.of()));

    assertThat(ofUser(click(2).atSecond(1001))).containsExactly("repeat");
  }

  @Test
  void namesEveryRuleThatMatches() {
    ofUser(click(1));
    ofUser(click(2).onAd(8).atSecond(1001));

    assertThat(ofUser(click(3).atSecond(1002))).containsExactly("user-10s", "repeat");
  }

  @Test
  void refusesAClickThatLandedBeforeTheLast() {
    history.repeats(1, 2, SLICE);

    assertThatThrownBy(() -> history.repeats(1, 3, SLICE - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("order of landing");
  }

  @Test
  void forgetsWhatNoClickCanSee() {
    for (int i = 0; i < 10_000; i++) {
      history.repeats(i, 1, 0);
    }
    history.repeats(1, 1, SLICE * (ClickHistory.SLICES + 1));

    assertThat(history.ids()).isEqualTo(1);
  }

  /** There is one history for each of hundreds of buckets. */
  @Test
  void takesLittleRoomForFewClicks() {
    click(1).in(history, RULES);

    assertThat(history.bytes()).isLessThan(2_000);
  }

  @Test
  void givesBackTheRoomThatNoOldSliceNeeds() {
    int clicks = 100_000;
    for (int i = 0; i < clicks; i++) {
      click(i).by(i).in(history, RULES);
    }
    long open = history.bytes();

    click(-1).landedAt(SLICE).repeatsIn(history);

    // Four fifths full: an id of 16 bytes, two keys of 16, and clicks of 12 and 16.
    assertThat(history.bytes()).isLessThan(open).isBetween(88L * clicks, 90L * clicks);
    assertThat(click(clicks - 1).landedAt(SLICE).repeatsIn(history)).isTrue();
    assertThat(click(clicks).landedAt(SLICE).repeatsIn(history)).isFalse();
  }

  private List<String> ofAddress(HistoryClick click) {
    return click.ofAddressIn(history, RULES);
  }

  private List<String> ofUser(HistoryClick click) {
    return click.ofUserIn(history, RULES);
  }

  private static VelocityRule velocity(String id, VelocityRule.Key key, int seconds, int limit) {
    return new VelocityRule(
        id, Verdict.SOPHISTICATED_INVALID, key, Duration.ofSeconds(seconds), limit);
  }
}
