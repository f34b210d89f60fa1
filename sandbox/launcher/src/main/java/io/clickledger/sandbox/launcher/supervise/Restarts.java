package io.clickledger.sandbox.launcher.supervise;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How often a part was started again: at once the first time, then after growing pauses, and after
 * {@link #MAX_STARTS} within {@link #WINDOW} no more, until a person has started it. A part that
 * another process locks out did not fail: it is tried again for ever, and that is not counted. A
 * part that refuses its settings is not started again.
 *
 * @param counted when it was started in that time
 * @param all how often it was started again in all
 * @param last when it was started last
 * @param reason why it was started last
 * @param isGivenUp whether it is left as it is
 */
record Restarts(
    List<Instant> counted, int all, Optional<Instant> last, String reason, boolean isGivenUp) {

  static final int MAX_STARTS = 5;
  static final Duration WINDOW = Duration.ofMinutes(10);
  static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  static final Duration LOCKED_OUT_PAUSE = Duration.ofSeconds(30);

  /** How a part has ended. */
  enum End {
    FAILED,
    LOCKED_OUT,
    MISCONFIGURED
  }

  static Restarts none() {
    return new Restarts(List.of(), 0, Optional.empty(), "", false);
  }

  /** The same once the part has ended: after too many starts it is given up. */
  Restarts ended(Instant now, End end) {
    List<Instant> recent = counted.stream().filter(at -> at.isAfter(now.minus(WINDOW))).toList();
    boolean tooMany = end == End.FAILED && recent.size() >= MAX_STARTS;
    return new Restarts(
        recent, all, last, reason, isGivenUp || tooMany || end == End.MISCONFIGURED);
  }

  /** Whether a part that has ended may be started now. */
  boolean isDue(Instant now, End end) {
    return !isGivenUp && last.map(at -> !now.isBefore(at.plus(pause(end)))).orElse(true);
  }

  private Duration pause(End end) {
    if (end == End.LOCKED_OUT) {
      return LOCKED_OUT_PAUSE;
    }
    return counted.isEmpty() ? Duration.ZERO : FIRST_PAUSE.multipliedBy(1L << counted.size() - 1);
  }

  /** The same with one start more. */
  Restarts started(Instant now, End end, String why) {
    List<Instant> starts =
        end == End.LOCKED_OUT ? counted : Stream.concat(counted.stream(), Stream.of(now)).toList();
    return new Restarts(starts, all + 1, Optional.of(now), why, isGivenUp);
  }

  /** The same once the part runs: where it was given up, a person has started it. */
  Restarts running() {
    return isGivenUp ? none() : this;
  }

  /** What a person reads of it; nothing where it was never started again. */
  String describe() {
    if (all == 0) {
      return "";
    }
    return "restarted %s, last %tT UTC: %s"
        .formatted(
            all == 1 ? "once" : all + " times", last.orElseThrow().atZone(ZoneOffset.UTC), reason);
  }
}
