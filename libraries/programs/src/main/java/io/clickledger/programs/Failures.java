package io.clickledger.programs;

import io.clickledger.settings.SettingsException;
import java.io.PrintWriter;

/** How a program says why it failed, and with which exit code it then ends. */
public final class Failures {
  private Failures() {}

  /**
   * Prints one sentence where the failure was expected, else its stack trace.
   *
   * @param prefix of the sentence
   * @return an {@link ExitCode}
   */
  public static int report(Throwable failure, String prefix, PrintWriter err) {
    int exitCode = exitCode(failure);
    if (exitCode == ExitCode.TRY_LATER && !(failure instanceof TryLaterException)) {
      failure.printStackTrace(err);
    } else {
      err.println(prefix + failure.getMessage());
    }
    err.flush();
    return exitCode;
  }

  private static int exitCode(Throwable failure) {
    if (failure instanceof SettingsException || failure instanceof WrongUsageException) {
      return ExitCode.WRONG_USAGE;
    }
    return failure instanceof RefusedException ? ExitCode.REFUSED : ExitCode.TRY_LATER;
  }
}
