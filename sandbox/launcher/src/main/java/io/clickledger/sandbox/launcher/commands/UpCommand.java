package io.clickledger.sandbox.launcher.commands;

import io.clickledger.metadata.access.Role;
import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.PlatformConfig;
import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.steps.Checks;
import io.clickledger.sandbox.launcher.steps.LocalKeys;
import io.clickledger.sandbox.launcher.steps.Progress;
import io.clickledger.sandbox.launcher.steps.Startup;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Starts everything and returns when it answers. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Start the platform; its processes go on in the background.")
public final class UpCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Mixin private UpOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Progress progress = new Progress(spec.commandLine().getOut());
    if (startSupervisorAlone(data.platform(), progress)) {
      return 0;
    }
    Platform platform = up(data.folder(), options, List.of(), progress);
    welcome(platform, progress);
    return 0;
  }

  /** Where parts run without a supervisor, starts that: it starts what else is missing. */
  private static boolean startSupervisorAlone(Platform platform, Progress progress) {
    Part supervisor = platform.supervisor;
    if (platform.running().isEmpty() || supervisor.isRunning()) {
      return false;
    }
    platform
        .data()
        .alone(
            () -> {
              if (!supervisor.isRunning()) {
                progress.step(supervisor.name(), supervisor::start);
              }
            });
    progress.say("Clickledger was up without its supervisor, which starts now what is missing.");
    return true;
  }

  /** Starts a platform after every check, with these metadata files imported. */
  static Platform up(DataFolder data, UpOptions options, List<Path> metadata, Progress progress) {
    PlatformConfig config = options.config(data);
    // What runs is found under the ports it was started with.
    Checks.nothingRuns(new Platform(data, data.config().orElse(config)));
    Checks.everythingIsBuilt();
    Platform.trinoJdk();
    Checks.diskHasSpace(data, Checks.NEEDED_DISK_BYTES);
    Checks.portsAreFree(config);

    data.make();
    Platform platform = new Platform(data, config);
    data.alone(
        () -> {
          // Another command may have started it meanwhile.
          Checks.nothingRuns(platform);
          data.forgetEnded();
          data.keep(config);
          platform.settings().write();
          progress.say("Starting Clickledger in " + data.path());
          new Startup(platform, metadata, progress).run();
          progress.step(platform.supervisor.name(), platform.supervisor::start);
        });
    return platform;
  }

  static void welcome(Platform platform, Progress progress) {
    progress.say(
        String.format(
            Locale.ROOT,
            """

            Clickledger is up after %.0f s.
              page         %s
              post clicks  %s
              Trino        %s
              end it       %s\
            """,
            progress.elapsed().toMillis() / 1000.0,
            new LocalKeys(platform).link(Role.ADMIN),
            platform.clicksUri(),
            platform.trinoUrl(),
            platform.data().command("down")));
  }
}
