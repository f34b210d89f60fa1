package io.clickledger.sandbox.launcher;

import io.clickledger.sandbox.parts.OwnProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The nightly jobs of a date, through the scripts that the DAG runs. */
record Night(Platform platform) {

  private static final Duration LIMIT = Duration.ofMinutes(30);

  /** Runs them and returns what they say came of it. */
  String run(LocalDate date) {
    return run(date, List.of());
  }

  /**
   * The same, with further arguments of roll-up-clicks, such as days to close.
   *
   * @return what the night says came of it
   */
  String run(LocalDate date, List<String> more) {
    List<String> arguments = new ArrayList<>(List.of("--date", date.toString()));
    arguments.addAll(more);
    DataFolder data = platform.data();
    Path answer = data.state("night-" + date + ".txt");
    OwnProcess job =
        platform
            .sparkSubmit()
            .plan(
                "roll-up-clicks",
                Stream.concat(
                        Stream.of("--settings", data.settings("batch").toString()),
                        arguments.stream())
                    .toArray(String[]::new))
            .log(data.log("night-" + date))
            .pidFile(data.pidFile("night-" + date))
            .answer(answer)
            .start();
    job.awaitSuccess(LIMIT);
    try {
      return Files.readString(answer).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + answer, e);
    }
  }
}
