package io.clickledger.rules.contract;

import java.util.Optional;

/**
 * The topic configuration that guarantees that no record can stop a reader. The creator of the
 * topic sets these values; the streaming driver refuses a topic with others.
 */
public enum TopicSetting {

  /** Compaction deletes repeats, which count, and leaves gaps between the offsets. */
  CLEANUP_POLICY("cleanup.policy", "delete"),

  /**
   * The broker compresses again what comes in any other form. LZ4 cannot make 256 bytes or more of
   * one (<a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md">its format</a>: a
   * byte of a length adds 255 at most), so a batch is at most 255 times its size when it is read;
   * zstd makes 128 KiB of four bytes.
   */
  COMPRESSION_TYPE("compression.type", "lz4"),

  /** Of a batch as it comes in and as it is stored, compressed; the least takes any valid click. */
  MAX_MESSAGE_BYTES(
      "max.message.bytes", 2L * ClickLimits.RECORD_BYTES, ClickLimits.TOPIC_BATCH_BYTES),

  /** Some 95 years. Spark's source fails on a timestamp before the year -292,277. */
  MAX_TIMESTAMP_AGE("message.timestamp.before.max.ms", 0, 3_000_000_000_000L),

  /** An hour. A click may be as far ahead as its record's timestamp. */
  MAX_TIMESTAMP_LEAD("message.timestamp.after.max.ms", 0, 3_600_000L);

  private final String key;
  private final String value;

  /** Null where only the value itself is allowed. */
  private final Range allowed;

  private record Range(long min, long max) {}

  TopicSetting(String key, String value) {
    this.key = key;
    this.value = value;
    this.allowed = null;
  }

  TopicSetting(String key, long min, long max) {
    this.key = key;
    this.value = Long.toString(max);
    this.allowed = new Range(min, max);
  }

  /** Kafka's name of it. */
  public String key() {
    return key;
  }

  /** The value that a topic is made with. */
  public String value() {
    return value;
  }

  /**
   * Says what is wrong with a topic's value, or nothing.
   *
   * @param actual null where the broker knows no such setting
   */
  public Optional<String> fault(String actual) {
    if (actual == null) {
      return Optional.of("%s must be %s, was unknown to the broker".formatted(key, allowed()));
    }
    return isAllowed(actual)
        ? Optional.empty()
        : Optional.of("%s must be %s, was %s".formatted(key, allowed(), actual));
  }

  private boolean isAllowed(String actual) {
    if (allowed == null) {
      return value.equals(actual);
    }
    try {
      long number = Long.parseLong(actual);
      return number >= allowed.min() && number <= allowed.max();
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private String allowed() {
    return allowed == null ? value : allowed.min() + ".." + allowed.max();
  }
}
