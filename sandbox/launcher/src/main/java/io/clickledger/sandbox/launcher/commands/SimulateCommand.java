package io.clickledger.sandbox.launcher.commands;

import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.platform.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/** Runs the simulator against this platform, in the foreground. */
@Command(
    name = "simulate",
    description = "Send realistic clicks; --help shows the simulator's own options.")
public final class SimulateCommand implements Callable<Integer> {

  @Mixin private DataOption data;

  @Unmatched private final List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    Platform platform =
        arguments.contains("--help") ? data.platform() : data.runningPlatform("ingestion", "kafka");
    return new Simulation(platform.data(), platform.config()).inForeground(arguments);
  }
}
