package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.steps.JobRun;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Accepts a gap of records that Kafka has lost. The job refuses where there is none. */
@Command(
    name = "accept-gap",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Continue without the records that Kafka has lost; prints what is lost.")
public final class AcceptGapCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Decision decision;

  /** To accept, or to look. */
  static final class Decision {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the lake.")
    private String reason;

    @Option(names = "--dry-run", description = "Only print what would be accepted.")
    private boolean dryRun;
  }

  @Override
  public Integer call() {
    Platform platform = data.runningPlatform("postgres", "kafka");
    new JobRun(platform, "accept-gap", "accept-gap", platform.data().settings("streaming"))
        .print(spec.commandLine().getOut(), arguments());
    return 0;
  }

  List<String> arguments() {
    return decision.dryRun ? List.of("--dry-run") : List.of("--reason", decision.reason);
  }
}
