package io.clickledger.sandbox.launcher.commands;

import io.clickledger.sandbox.launcher.steps.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/** The script's check before a build: the jars of a running platform must not be replaced. */
@Command(name = "may-start", hidden = true, description = "Fail where the platform is up.")
public final class MayStartCommand implements Callable<Integer> {

  @Mixin private DataOption data;

  @Unmatched private final List<String> others = new ArrayList<>();

  @Override
  public Integer call() {
    Checks.nothingRuns(data.platform());
    return 0;
  }
}
