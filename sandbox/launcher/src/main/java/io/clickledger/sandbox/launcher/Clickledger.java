package io.clickledger.sandbox.launcher;

import io.clickledger.programs.ExitCode;
import io.clickledger.programs.Failures;
import io.clickledger.sandbox.launcher.commands.DemoCommand;
import io.clickledger.sandbox.launcher.commands.DownCommand;
import io.clickledger.sandbox.launcher.commands.LogsCommand;
import io.clickledger.sandbox.launcher.commands.MayStartCommand;
import io.clickledger.sandbox.launcher.commands.RestartCommand;
import io.clickledger.sandbox.launcher.commands.SimulateCommand;
import io.clickledger.sandbox.launcher.commands.StatusCommand;
import io.clickledger.sandbox.launcher.commands.SuperviseCommand;
import io.clickledger.sandbox.launcher.commands.UpCommand;
import io.clickledger.sandbox.launcher.jobs.AcceptGapCommand;
import io.clickledger.sandbox.launcher.jobs.ApiKeysCommand;
import io.clickledger.sandbox.launcher.jobs.AuditCommand;
import io.clickledger.sandbox.launcher.jobs.ClosePeriodCommand;
import io.clickledger.sandbox.launcher.jobs.CompareRunsCommand;
import io.clickledger.sandbox.launcher.jobs.EraseUserCommand;
import io.clickledger.sandbox.launcher.jobs.ExplainCommand;
import io.clickledger.sandbox.launcher.jobs.InvoiceCommand;
import io.clickledger.sandbox.launcher.jobs.MetadataCommand;
import io.clickledger.sandbox.launcher.jobs.NightlyCommand;
import io.clickledger.sandbox.launcher.jobs.RebuildLiveCommand;
import io.clickledger.sandbox.launcher.jobs.ReplayCommand;
import io.clickledger.sandbox.launcher.jobs.ReprocessCommand;
import io.clickledger.sandbox.launcher.jobs.RerunCommand;
import io.clickledger.sandbox.launcher.jobs.RestatementsCommand;
import io.clickledger.sandbox.launcher.jobs.RulesCommand;
import io.clickledger.sandbox.launcher.jobs.StatementCommand;
import io.clickledger.sandbox.launcher.jobs.UpkeepCommand;
import io.clickledger.sandbox.launcher.jobs.VerifyAccessLogCommand;
import io.clickledger.sandbox.launcher.jobs.VoidClicksCommand;
import io.clickledger.sandbox.parts.process.StartException;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.TypeConversionException;

/**
 * The one command: {@code ./clickledger}. It ends with an {@link ExitCode}: of the job that it ran,
 * or its own.
 */
@Command(
    name = "clickledger",
    description = "Counts ad clicks that people are paid for: the whole platform on one machine.",
    mixinStandardHelpOptions = true,
    version = "0.1.0-SNAPSHOT",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      RestartCommand.class,
      LogsCommand.class,
      SimulateCommand.class,
      NightlyCommand.class,
      RestatementsCommand.class,
      ClosePeriodCommand.class,
      VoidClicksCommand.class,
      InvoiceCommand.class,
      StatementCommand.class,
      ExplainCommand.class,
      ReprocessCommand.class,
      RerunCommand.class,
      CompareRunsCommand.class,
      EraseUserCommand.class,
      UpkeepCommand.class,
      AuditCommand.class,
      RebuildLiveCommand.class,
      ReplayCommand.class,
      AcceptGapCommand.class,
      MetadataCommand.class,
      RulesCommand.class,
      ApiKeysCommand.class,
      VerifyAccessLogCommand.class,
      MayStartCommand.class,
      SuperviseCommand.class,
    },
    footer = {
      "",
      "  doctor     Name what is missing on this machine and how to install it.",
      "  airflow    Run Airflow with the DAGs for this platform.",
      "  faults     Break the streaming driver and compare with the oracle.",
      "",
      "COMMAND --help explains each command.",
    })
public final class Clickledger {
  private static final String PREFIX = "clickledger: ";

  private Clickledger() {}

  public static void main(String[] args) {
    System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
  }

  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine =
        new CommandLine(new Clickledger())
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            // A job gets its options as they were typed.
            .setExpandAtFiles(false)
            .registerConverter(LocalDate.class, Clickledger::date)
            .setExecutionExceptionHandler((failure, line, parsed) -> report(failure, err));
    try {
      return commandLine.execute(args);
    } catch (Error e) {
      // picocli hands on exceptions only.
      return report(e, err);
    }
  }

  private static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("must be a day as YYYY-MM-DD, was " + text);
    }
  }

  private static int report(Throwable failure, PrintWriter err) {
    if (failure instanceof StartException start) {
      err.println(PREFIX + start.getMessage());
      err.flush();
      return start.exitStatus().orElse(ExitCode.TRY_LATER);
    }
    return Failures.report(failure, PREFIX, err);
  }
}
