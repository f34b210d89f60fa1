package io.clickledger.streaming.replay.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.Clicks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

class TopicTimesTest {
  private static final Instant NOW = Clicks.NOON;
  private static final long WEEK = Duration.ofDays(7).toMillis();

  @Test
  void keepsOnlyWhatRetentionLeavesTimeToLand() {
    TopicTimes times = of("CreateTime", "delete", WEEK, Long.MAX_VALUE);

    Instant oldest = NOW.minusMillis(WEEK).plus(TopicTimes.TO_LAND);
    assertThat(times.keeps(oldest)).isTrue();
    assertThat(times.keeps(oldest.minusMillis(1))).isFalse();
  }

  @Test
  void keepsEverythingWhereRetentionHasNoEndOrDeletesNothing() {
    assertThat(of("CreateTime", "delete", -1, Long.MAX_VALUE).keeps(Instant.EPOCH)).isTrue();
    assertThat(of("CreateTime", "compact", WEEK, Long.MAX_VALUE).keeps(Instant.EPOCH)).isTrue();
    assertThat(of("CreateTime", "compact,delete", WEEK, Long.MAX_VALUE).keeps(Instant.EPOCH))
        .isFalse();
  }

  @Test
  void knowsWhichTimestampsTheBrokerRefuses() {
    TopicTimes times = of("CreateTime", "delete", WEEK, Duration.ofDays(1).toMillis());

    assertThat(times.keeps(NOW.minus(Duration.ofDays(1)))).isTrue();
    assertThat(times.keeps(NOW.minus(Duration.ofDays(1)).minusMillis(1))).isFalse();
  }

  @Test
  void keepsTheOriginalTimestampWhereTheTopicTakesIt() {
    Instant original = NOW.minus(Duration.ofDays(3));

    assertThat(of("CreateTime", "delete", WEEK, Long.MAX_VALUE).replayTimestamp(original))
        .isEqualTo(original);
    assertThat(of("LogAppendTime", "delete", WEEK, Long.MAX_VALUE).replayTimestamp(original))
        .isEqualTo(NOW);
  }

  private static TopicTimes of(String stamping, String cleanup, long retention, long oldest) {
    Map<String, String> entries =
        Map.of(
            "message.timestamp.type",
            stamping,
            "cleanup.policy",
            cleanup,
            "retention.ms",
            Long.toString(retention),
            "message.timestamp.before.max.ms",
            Long.toString(oldest));
    List<ConfigEntry> config =
        entries.entrySet().stream().map(e -> new ConfigEntry(e.getKey(), e.getValue())).toList();
    return TopicTimes.of(new Config(config), NOW);
  }
}
