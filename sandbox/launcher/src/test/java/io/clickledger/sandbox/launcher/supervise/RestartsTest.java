package io.clickledger.sandbox.launcher.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.launcher.supervise.Restarts.End;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartsTest {
  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

  @Test
  void restartsAPartAfterGrowingPausesThenGivesUp() {
    List<Long> starts = new ArrayList<>();
    Restarts restarts = Restarts.none();

    for (int second = 0; second < 3_600; second++) {
      Instant now = NOON.plusSeconds(second);
      restarts = restarts.ended(now, End.FAILED);
      if (restarts.isDue(now, End.FAILED)) {
        restarts = restarts.started(now, End.FAILED, "ended with status 1");
        starts.add((long) second);
      }
    }

    assertThat(starts).containsExactly(0L, 5L, 5L + 10, 5L + 10 + 20, 5L + 10 + 20 + 40);
    assertThat(restarts.isGivenUp()).isTrue();
  }

  @Test
  void restartsAPartForEverThatRanLongEnough() {
    Restarts restarts = Restarts.none();

    for (int i = 0; i < 100; i++) {
      Instant now = NOON.plus(Duration.ofMinutes(3).multipliedBy(i));
      restarts = restarts.running().ended(now, End.FAILED);
      assertThat(restarts.isDue(now, End.FAILED)).isTrue();
      restarts = restarts.started(now, End.FAILED, "killed (137)");
    }

    assertThat(restarts.isGivenUp()).isFalse();
    assertThat(restarts.counted()).hasSizeLessThanOrEqualTo(Restarts.MAX_STARTS);
  }

  @Test
  void countsNoStartOfAPartThatWasRefused() {
    Restarts restarts = Restarts.none().started(NOON, End.FAILED, "killed (137)");

    for (int i = 1; i <= 100; i++) {
      Instant now = NOON.plus(Restarts.LOCKED_OUT_PAUSE.multipliedBy(i));
      restarts = restarts.ended(now, End.LOCKED_OUT);
      assertThat(restarts.isDue(now.minusMillis(1), End.LOCKED_OUT)).isFalse();
      assertThat(restarts.isDue(now, End.LOCKED_OUT)).isTrue();
      restarts = restarts.started(now, End.LOCKED_OUT, "refused");
    }

    assertThat(restarts.all()).isEqualTo(101);
    assertThat(restarts.isGivenUp()).isFalse();
  }

  @Test
  void beginsAnewOnceAPersonStartsWhatWasGivenUp() {
    Restarts restarts = Restarts.none();
    for (int i = 0; i < Restarts.MAX_STARTS; i++) {
      restarts = restarts.started(NOON.plusSeconds(i), End.FAILED, "killed (137)");
      assertThat(restarts.running()).isEqualTo(restarts);
    }
    Restarts givenUp = restarts.ended(NOON.plusSeconds(60), End.FAILED);

    assertThat(givenUp.isDue(NOON.plus(Duration.ofDays(1)), End.FAILED)).isFalse();
    assertThat(givenUp.running()).isEqualTo(Restarts.none());
  }

  @Test
  void saysHowOftenAndWhenAndWhy() {
    Restarts once = Restarts.none().started(NOON, End.FAILED, "found dead");
    Restarts twice = once.started(NOON.plusSeconds(191), End.FAILED, "killed (137)");

    assertThat(Restarts.none().describe()).isEmpty();
    assertThat(once.describe()).isEqualTo("restarted once, last 12:00:00 UTC: found dead");
    assertThat(twice.describe()).isEqualTo("restarted 2 times, last 12:03:11 UTC: killed (137)");
  }
}
