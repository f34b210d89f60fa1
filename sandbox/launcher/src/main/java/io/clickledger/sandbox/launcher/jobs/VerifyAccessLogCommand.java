package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.metadata.programs.LogVerification;
import java.io.PrintWriter;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks the log of accesses to billing and of changes of keys. */
@Command(
    name = "verify-access-log",
    mixinStandardHelpOptions = true,
    description = "Find entries of the log of accesses that were changed, moved or deleted.")
public final class VerifyAccessLogCommand extends ApiKeysCommand.OnDatabase {

  @Mixin private LogVerification log;

  @Override
  void run(DataSource database, PrintWriter out) {
    log.run(database, out);
  }
}
