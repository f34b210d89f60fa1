package io.clickledger.sandbox.launcher.steps;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Prints each step and how long it took, one line each. */
public final class Progress {

  private final PrintWriter out;
  private final long start = System.nanoTime();

  public Progress(PrintWriter out) {
    this.out = out;
  }

  public void say(String line) {
    out.println(line);
    out.flush();
  }

  /** Runs a step and prints that it is done. */
  public void step(String name, Runnable step) {
    long begin = System.nanoTime();
    step.run();
    synchronized (this) {
      say(
          String.format(
              Locale.ROOT,
              "  %5.1f s  %-22s ready after %.1f s",
              elapsed().toMillis() / 1000.0,
              name,
              (System.nanoTime() - begin) / 1e9));
    }
  }

  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
