package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.platform.SettingsFiles;
import io.clickledger.sandbox.launcher.steps.JobRun;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Proves that nothing was lost, counted twice or changed; the broker is asked where it runs. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description =
        "Check that no clicks are missing or doubled and that billing is as it was published;"
            + " exit status 1 if not.")
public final class AuditCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "YYYY-MM-DD",
      description = "First UTC day of landing (default: yesterday).")
  private LocalDate from;

  @Option(
      names = "--to",
      paramLabel = "YYYY-MM-DD",
      description = "Day after the last one (default: tomorrow).")
  private LocalDate to;

  @Override
  public Integer call() {
    Platform platform = data.runningPlatform("postgres");
    List<String> arguments = new ArrayList<>();
    if (from != null) {
      arguments.addAll(List.of("--from", from.toString()));
    }
    if (to != null) {
      arguments.addAll(List.of("--to", to.toString()));
    }
    if (platform.kafka.isRunning()) {
      arguments.addAll(List.of("--bootstrap-servers", platform.settings().bootstrapServers()));
      arguments.addAll(List.of("--topic", SettingsFiles.CLICK_TOPIC));
    }
    new JobRun(platform, "audit").print(spec.commandLine().getOut(), arguments);
    return 0;
  }
}
