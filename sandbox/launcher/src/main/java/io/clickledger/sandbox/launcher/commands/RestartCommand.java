package io.clickledger.sandbox.launcher.commands;

import io.clickledger.programs.RefusedException;
import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.steps.Progress;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Ends parts and starts them again; with a kill, the way a crash and a supervisor would. */
@Command(
    name = "restart",
    mixinStandardHelpOptions = true,
    description = "End parts and start them again.")
public final class RestartCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Option(names = "--kill", description = "Use kill -9, like a crash.")
  private boolean kill;

  @Parameters(arity = "1..*", paramLabel = "PART", description = "Names as status shows them.")
  private List<String> names;

  @Override
  public Integer call() {
    Platform platform = data.platform();
    if (platform.running().isEmpty()) {
      throw new RefusedException(
          "nothing runs in "
              + platform.data().path()
              + ": start it with "
              + platform.data().command("up"));
    }
    List<Part> parts = names.stream().map(platform::part).toList();
    Progress progress = new Progress(spec.commandLine().getOut());
    platform.data().alone(() -> parts.forEach(part -> restart(part, progress)));
    return 0;
  }

  private void restart(Part part, Progress progress) {
    if (kill) {
      part.kill();
    } else {
      part.stop();
    }
    progress.step(part.name(), part::start);
  }
}
