package io.clickledger.sandbox.launcher;

import io.clickledger.sandbox.parts.OwnProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;

/** The nightly jobs of a date, through the scripts that the DAG runs. */
record Night(Platform platform) {

  private static final Duration LIMIT = Duration.ofMinutes(30);

  /** Runs them and returns what they say came of it. */
  String run(LocalDate date) {
    DataFolder data = platform.data();
    Path answer = data.state("night-" + date + ".txt");
    OwnProcess job =
        platform
            .sparkSubmit()
            .plan(
                "roll-up-clicks",
                "--settings",
                data.settings("batch").toString(),
                "--date",
                date.toString())
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
