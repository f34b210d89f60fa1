package io.clickledger.metadata.programs;

import io.clickledger.metadata.access.AccessLogCheck;
import io.clickledger.metadata.access.AccessLogCheck.Head;
import io.clickledger.programs.RefusedException;
import io.clickledger.programs.WrongUsageException;
import java.io.PrintWriter;
import java.util.Optional;
import javax.sql.DataSource;
import picocli.CommandLine.Option;

/** Checks the log of accesses, and says what is wrong with it. */
public final class LogVerification {

  @Option(
      names = "--expect",
      paramLabel = "NUMBER:HASH",
      description =
          "A head that an earlier run printed: the log must still contain it. Kept outside the"
              + " database, it shows whether somebody wrote the whole log anew.")
  private String noted;

  /**
   * Prints the head of a log that is as it was written.
   *
   * @throws RefusedException naming every fault
   */
  public void run(DataSource database, PrintWriter out) {
    Optional<Head> head;
    try {
      head = Optional.ofNullable(noted).map(Head::parse);
    } catch (IllegalArgumentException e) {
      throw new WrongUsageException("--expect: " + e.getMessage());
    }
    AccessLogCheck.Result result = AccessLogCheck.run(database, head);
    if (!result.faults().isEmpty()) {
      throw new RefusedException(
          "the log of accesses is not as it was written:\n  "
              + String.join("\n  ", result.faults()));
    }
    out.printf(
        "All %d entries are as they were written. Head: %s%n",
        result.head().entryNumber(), result.head());
  }
}
