package io.clickledger.sandbox.launcher;

import io.clickledger.sandbox.parts.OwnProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run of a batch job through its script of spark-submit/, whose answer somebody waits for. */
record JobRun(Platform platform, String script) {

  private static final Duration LIMIT = Duration.ofHours(2);

  /** Runs it, hands on what it prints, and fails with its last words where it fails. */
  void print(PrintWriter out, List<String> arguments) {
    DataFolder data = platform.data();
    Path answer = data.state(script + ".txt");
    List<String> all = new ArrayList<>(List.of("--settings", data.settings("batch").toString()));
    all.addAll(arguments);
    OwnProcess job =
        platform
            .sparkSubmit()
            .plan(script, all.toArray(String[]::new))
            .log(data.log(script))
            .pidFile(data.pidFile(script))
            .answer(answer)
            .start();
    job.awaitEnd(LIMIT);
    try {
      out.print(Files.readString(answer));
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + answer, e);
    }
    out.flush();
    job.awaitSuccess(LIMIT);
  }
}
