package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.steps.NightlyRun;
import io.clickledger.sandbox.launcher.steps.Progress;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the billing run of one day, which becomes final. */
@Command(
    name = "nightly",
    mixinStandardHelpOptions = true,
    description = "Make a day final: run its nightly jobs.")
public final class NightlyCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Option(
      names = "--date",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "The day, in UTC.")
  private LocalDate date;

  @Option(
      names = "--close-days",
      paramLabel = "YYYY-MM-DD",
      split = ",",
      description = {
        "Close these days as they are published, because raw.clicks has lost clicks of them.",
        "Needs a reason."
      })
  private List<LocalDate> closeDays = List.of();

  @Option(
      names = "--accept-missing",
      paramLabel = "N",
      description = "Accept that N clicks landed and are gone; the gate prints N. Needs a reason.")
  private Long missingClicks;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in billing.runs.")
  private String reason;

  @Option(names = "--dry-run", description = "Print what would change, and publish nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Platform platform = data.runningPlatform("postgres");
    Progress progress = new Progress(spec.commandLine().getOut());
    progress.say(
        "Running the night of " + date + " (log: " + platform.data().log("night-" + date) + ")");
    new NightlyRun(platform, date).print(spec.commandLine().getOut(), arguments());
    return 0;
  }

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (!closeDays.isEmpty()) {
      arguments.add("--close-days");
      arguments.add(closeDays.stream().map(LocalDate::toString).collect(Collectors.joining(",")));
    }
    if (missingClicks != null) {
      arguments.addAll(List.of("--accept-missing", missingClicks.toString()));
    }
    if (reason != null) {
      arguments.addAll(List.of("--reason", reason));
    }
    if (dryRun) {
      arguments.add("--dry-run");
    }
    return arguments;
  }
}
