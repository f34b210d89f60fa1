package io.clickledger.sandbox.launcher.commands;

import io.clickledger.sandbox.launcher.steps.Progress;
import io.clickledger.sandbox.launcher.supervise.Supervisor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What {@code up} starts in the background last of all. */
@Command(name = "supervise", hidden = true, description = "Start dead parts again.")
public final class SuperviseCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    new Supervisor(data.platform(), new Progress(spec.commandLine().getOut())).run();
    return 0;
  }
}
