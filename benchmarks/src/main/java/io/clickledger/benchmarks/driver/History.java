package io.clickledger.benchmarks.driver;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The size of the click histories of the streaming driver.
 *
 * @param ids click_ids that are remembered
 * @param bytes memory that all of it takes
 */
public record History(long ids, long bytes) {
  private static final Pattern LOGGED =
      Pattern.compile(" history_ids=(\\d+) history_bytes=(\\d+) ");

  /** The last entry in the driver's log; empty where no clicks were counted. */
  public static Optional<History> lastIn(String log) {
    return LOGGED.matcher(log).results().reduce((earlier, later) -> later).map(History::of);
  }

  private static History of(MatchResult logged) {
    return new History(Long.parseLong(logged.group(1)), Long.parseLong(logged.group(2)));
  }

  @Override
  public String toString() {
    return "history of %,d ids, %,d bytes".formatted(ids, bytes)
        + (ids == 0 ? "" : ": %,d bytes per million ids".formatted(bytes * 1_000_000 / ids));
  }
}
