package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.steps.JobRun;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs upkeep once, as the hourly DAG does. */
@Command(
    name = "upkeep",
    mixinStandardHelpOptions = true,
    description = "Hourly cleanup: merge small files, delete old snapshots.")
public final class UpkeepCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Option(names = "--orphans", description = "Also delete old files of no table.")
  private boolean orphans;

  @Override
  public Integer call() {
    Platform platform = data.runningPlatform("postgres");
    new JobRun(platform, "upkeep")
        .print(spec.commandLine().getOut(), orphans ? List.of("--orphans") : List.of());
    return 0;
  }
}
