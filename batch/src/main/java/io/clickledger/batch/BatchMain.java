package io.clickledger.batch;

import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import java.util.Locale;
import picocli.CommandLine.Command;

/** A program over the lake. Its last line says what it did, and how long that took. */
public abstract class BatchMain extends JobMain<BatchSettings> {
  private static final double NANOS_PER_SECOND = 1e9;

  protected BatchMain() {
    super(BatchSettings.class, BatchSettings.DEFAULTS);
  }

  /**
   * What a program did.
   *
   * @param summary a line for people
   */
  public record Outcome(int exitCode, String summary) {
    public static Outcome done(String summary) {
      return new Outcome(ExitCode.DONE, summary);
    }

    /** Done where nothing wrong was found. */
    public static Outcome found(boolean isRight, String summary) {
      return new Outcome(isRight ? ExitCode.DONE : ExitCode.REFUSED, summary);
    }
  }

  /** Does the program's work, as {@link JobMain#run} says. */
  protected abstract Outcome work(BatchSettings settings) throws Exception;

  @Override
  protected final int run(BatchSettings settings) throws Exception {
    long start = System.nanoTime();
    Outcome outcome = work(settings);
    out()
        .println(
            String.format(
                Locale.ROOT,
                "%s: %s (%.1f s)",
                name(),
                outcome.summary(),
                (System.nanoTime() - start) / NANOS_PER_SECOND));
    return outcome.exitCode();
  }

  /** As picocli names it. */
  protected final String name() {
    return getClass().getAnnotation(Command.class).name();
  }
}
