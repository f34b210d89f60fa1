package io.clickledger.sandbox.launcher;

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
      "Count again what landed on these UTC days, and replace what live has of it.",
      "",
      "Days are days of landing, as audit names them: a late click is in the day on which it"
          + " landed, whatever minute it is counted in. Each day is replaced in one commit, up to"
          + " where live has counted, with metadata and fraud rules as they are now. The stream"
          + " goes on meanwhile. Killed at any moment, run it again.",
      ""
    })
final class RebuildLiveCommand implements Callable<Integer> {

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
      description = "The day after the last.")
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
