package io.clickledger.sandbox.launcher.commands;

import io.clickledger.metadata.access.Role;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.platform.Simulation;
import io.clickledger.sandbox.launcher.steps.Demo;
import io.clickledger.sandbox.launcher.steps.LocalKeys;
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

  /** Of the demo's metadata. */
  private static final String ADVERTISER = "adv-001";

  private static final String PUBLISHER = "pub-001";

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
    String reconciliation = demo.billingRun(today.minusDays(1));
    // This local day has ended in every zone when the day after it is final.
    String invoice = demo.invoice(ADVERTISER, today.minusDays(DAYS));
    progress.step(platform.traffic.name(), platform.traffic::start);
    UpCommand.welcome(platform, progress);
    LocalKeys keys = new LocalKeys(platform);
    progress.say(
        """

        The page as others see it (docs/reports-api.md says what each may ask):
          finance      %s
          analyst      %s
          advertiser   %s
          publisher    %s\
        """
            .formatted(
                keys.link(Role.FINANCE),
                keys.link(Role.ANALYST),
                keys.link(Role.ADVERTISER, ADVERTISER),
                keys.link(Role.PUBLISHER, PUBLISHER)));
    progress.say("\n" + invoice);
    progress.say("\n" + reconciliation);
    return 0;
  }
}
