package io.clickledger.sandbox.launcher.steps;

import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a job through its script of spark-submit/, whose answer somebody waits for.
 *
 * @param name what its log and its answer are called
 * @param settings its settings file
 */
public record JobRun(Platform platform, String script, String name, Path settings) {

  private static final Duration TIMEOUT = Duration.ofHours(2);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Lets the job explain its options, in this program's terminal; needs no part. */
  public int help() {
    return platform.sparkSubmit().plan(script, "--help").inForeground();
  }

  /**
   * Runs it, hands on what it prints as it prints it, and fails with its last words where it fails.
   */
  public void print(PrintWriter out, List<String> arguments) {
    DataFolder data = platform.data();
    // Several commands may run the same job, of which all but one are refused by its lock.
    String own = name + "-" + ProcessHandle.current().pid();
    Path answer = data.state(own + ".txt");
    List<String> all = new ArrayList<>(List.of("--settings", settings.toString()));
    all.addAll(arguments);
    ManagedProcess job =
        platform
            .sparkSubmit()
            .plan(script, all.toArray(String[]::new))
            .log(data.log(name))
            .pidFile(data.pidFile(own))
            .answer(answer)
            .start();
    try (InputStream printed = Files.newInputStream(answer)) {
      handOn(job, printed, out);
      Files.delete(answer);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + answer, e);
    }
    job.awaitSuccess(TIMEOUT);
  }

  private static void handOn(ManagedProcess job, InputStream printed, PrintWriter out)
      throws IOException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (job.isAlive() && System.nanoTime() < deadline) {
      copy(printed, out);
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartException("interrupted while " + job.name() + " ran", e);
      }
    }
    copy(printed, out);
  }

  /** Copies what was printed since; a character of many bytes may be cut, but jobs print ASCII. */
  private static void copy(InputStream printed, PrintWriter out) throws IOException {
    out.print(new String(printed.readAllBytes(), StandardCharsets.UTF_8));
    out.flush();
  }
}
