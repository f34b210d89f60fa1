package io.clickledger.sandbox.launcher.commands;

import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.platform.Simulation;
import io.clickledger.sandbox.launcher.steps.Demo;
import io.clickledger.sandbox.launcher.steps.Progress;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything at once: a platform with history, finished billing runs and live traffic. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Start the platform with two days of final history and live traffic.")
public final class DemoCommand implements Callable<Integer> {

  private static final int DAYS = 2;

  @Mixin private DataOption data;
  @Mixin private UpOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--clicks",
      paramLabel = "COUNT",
      defaultValue = "200000",
      description = "How many clicks of history (default: ${DEFAULT-VALUE}).")
  private int clicks;

  @Override
  public Integer call() {
    Progress progress = new Progress(spec.commandLine().getOut());
    Platform platform =
        UpCommand.up(data.folder(), options, List.of(Simulation.metadata()), progress);
    Demo demo = new Demo(platform, progress);
    LocalDate today = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
    demo.history(today.minusDays(DAYS).atStartOfDay(ZoneOffset.UTC).toInstant(), clicks);
    demo.billingRun(today.minusDays(1));
    progress.step(platform.traffic.name(), platform.traffic::start);
    UpCommand.welcome(platform, progress);
    return 0;
  }
}
