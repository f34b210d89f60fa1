package io.clickledger.sandbox.launcher.steps;

import io.clickledger.sandbox.launcher.platform.Platform;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

/** The nightly jobs of a date, through the scripts that the DAG runs. */
public record NightlyRun(Platform platform, LocalDate date) {

  /** Runs them without output. */
  void run() {
    print(new PrintWriter(Writer.nullWriter()), List.of());
  }

  /**
   * Runs them and hands on what they say.
   *
   * @param more arguments of roll-up-clicks beside the date
   */
  public void print(PrintWriter out, List<String> more) {
    new JobRun(platform, "roll-up-clicks", "night-" + date)
        .print(out, Stream.concat(Stream.of("--date", date.toString()), more.stream()).toList());
  }
}
