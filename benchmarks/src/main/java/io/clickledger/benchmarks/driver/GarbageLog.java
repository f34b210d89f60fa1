package io.clickledger.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The heap by {@code -Xlog:gc}: MiB in use after collections, and the sum of pauses.
 *
 * @param last in use after the last collection
 * @param most in use after any
 */
public record GarbageLog(long last, long most, double pauseSeconds) {
  private static final Pattern PAUSE =
      Pattern.compile("Pause (\\w+) .*?(\\d+)M->(\\d+)M\\(\\d+M\\) ([\\d.]+)ms");

  /** The other pauses belong to marking, and free little or nothing. */
  private static final Set<String> COLLECTIONS = Set.of("Young", "Full");

  public static GarbageLog read(Path log) throws IOException {
    long last = 0;
    long most = 0;
    double pauses = 0;
    for (String line : Files.readAllLines(log)) {
      Matcher pause = PAUSE.matcher(line);
      if (pause.find()) {
        if (COLLECTIONS.contains(pause.group(1))) {
          last = Long.parseLong(pause.group(3));
          most = Math.max(most, last);
        }
        pauses += Double.parseDouble(pause.group(4)) / 1_000;
      }
    }
    return new GarbageLog(last, most, pauses);
  }
}
