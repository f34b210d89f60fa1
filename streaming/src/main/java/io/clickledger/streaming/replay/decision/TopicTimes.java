package io.clickledger.streaming.replay.decision;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The record timestamps that the click topic accepts from a producer and retains. Landing compares
 * the time of a click with them.
 *
 * @param stamping whose clock a record's timestamp is
 * @param keptFrom records before this are refused, or deleted before landing may have read them
 * @param now when the replay began
 */
public record TopicTimes(Stamping stamping, Instant keptFrom, Instant now) implements Serializable {

  /** Kafka's message.timestamp.type. */
  public enum Stamping {
    BY_PRODUCER,
    BY_BROKER
  }

  /**
   * Minimum time between producing a record and the topic's deletion of it, so that landing can
   * read it.
   */
  static final Duration TO_LAND = Duration.ofHours(1);

  // Of Kafka 3.6 and later, and of the versions before; the client knows the older one only.
  private static final List<String> MAX_AGE_CONFIGS =
      List.of("message.timestamp.before.max.ms", "message.timestamp.difference.max.ms");

  public static TopicTimes of(Config config, Instant now) {
    ConfigEntry stamping = config.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
    Instant keptFrom = Instant.MIN;
    if (config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value().contains("delete")) {
      long retention = Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value());
      if (retention >= 0) {
        keptFrom = now.minusMillis(retention).plus(TO_LAND);
      }
    }
    for (String name : MAX_AGE_CONFIGS) {
      ConfigEntry oldest = config.get(name);
      if (oldest != null) {
        Instant taken = now.minusMillis(Long.parseLong(oldest.value()));
        keptFrom = taken.isAfter(keptFrom) ? taken : keptFrom;
        break;
      }
    }
    return new TopicTimes(
        stamping.value().equals("LogAppendTime") ? Stamping.BY_BROKER : Stamping.BY_PRODUCER,
        keptFrom,
        now);
  }

  /**
   * The timestamp of a replayed record. It is the original one, so that landing compares with the
   * time at which the click arrived first; it is now where the broker assigns timestamps, or where
   * the original had none (Kafka's -1).
   */
  Instant replayTimestamp(Instant original) {
    return stamping == Stamping.BY_BROKER || original.isBefore(Instant.EPOCH) ? now : original;
  }

  boolean keeps(Instant timestamp) {
    return !timestamp.isBefore(keptFrom);
  }
}
