package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.steps.JobRun;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Derives live again from raw.clicks where an audit found it wrong. */
@Command(
    name = "rebuild-live",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Count again the clicks that landed on these UTC days, and replace their rows in live.",
      "",
      "Days are days of landing, as in audit: a late click belongs to the day on which it landed,"
          + " not to the minute in which it is counted. Each day is replaced in one commit, up to"
          + " where live has counted, with the current metadata and fraud rules. The stream keeps"
          + " running. You may kill this command and run it again.",
      ""
    })
public final class RebuildLiveCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "First UTC day of landing.")
  private LocalDate from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "Day after the last one.")
  private LocalDate to;

  @Override
  public Integer call() {
    Platform platform = data.runningPlatform("postgres");
    Path settings = platform.data().settings("streaming");
    new JobRun(platform, "rebuild-live", "rebuild-live", settings)
        .print(
            spec.commandLine().getOut(), List.of("--from", from.toString(), "--to", to.toString()));
    return 0;
  }
}
