package io.clickledger.sandbox.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/** What the script asks before a build: a running platform must keep the jars it was started of. */
@Command(name = "may-start", hidden = true, description = "Fail where the platform is up.")
final class MayStartCommand implements Callable<Integer> {

  @Mixin private DataOption data;

  @Unmatched private final List<String> others = new ArrayList<>();

  @Override
  public Integer call() {
    Checks.nothingRuns(data.platform());
    return 0;
  }
}
