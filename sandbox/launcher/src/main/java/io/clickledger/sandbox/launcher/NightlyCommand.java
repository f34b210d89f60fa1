package io.clickledger.sandbox.launcher;

import java.time.LocalDate;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one night: its day becomes final. */
@Command(
    name = "nightly",
    mixinStandardHelpOptions = true,
    description = "Make a day final: run its nightly jobs.")
final class NightlyCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Option(
      names = "--date",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "The day, in UTC.")
  private LocalDate date;

  @Override
  public Integer call() {
    Platform platform = data.runningPlatform("postgres");
    Progress progress = new Progress(spec.commandLine().getOut());
    progress.say(
        "Running the night of " + date + " (log: " + platform.data().log("night-" + date) + ")");
    progress.say(new Night(platform).run(date));
    return 0;
  }
}
