package io.clickledger.sandbox.launcher.commands;

import io.clickledger.sandbox.launcher.steps.Progress;
import io.clickledger.sandbox.launcher.steps.Shutdown;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ends everything that an {@code up} of this folder started, and nothing else. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stop the platform and keep its data.")
public final class DownCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Progress progress = new Progress(spec.commandLine().getOut());
    if (!Files.isDirectory(data.folder().path())) {
      progress.say("There is no platform in " + data.folder().path() + ".");
      return 0;
    }
    data.folder()
        .alone(
            () -> {
              List<String> ended = new Shutdown(data.platform(), progress).run();
              progress.say(ended.isEmpty() ? "Nothing was running." : "Clickledger is down.");
            });
    return 0;
  }
}
