package io.clickledger.sandbox.launcher.commands;

import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.platform.SupervisorState;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows each part: its process, memory, port, whether it answers, and why it was restarted. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show each part; exit status 0 when all of them answer, else 1.")
public final class StatusCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Platform platform = data.platform();
    List<CompletableFuture<PartStatus>> asked =
        platform.parts().stream()
            .map(
                part ->
                    CompletableFuture.supplyAsync(() -> PartStatus.of(part, note(platform, part))))
            .toList();
    List<PartStatus> parts = asked.stream().map(CompletableFuture::join).toList();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%-12s %9s %12s  %-9s %-5s  %s%n", "PART", "PID", "RESIDENT", "STATE", "PORT", "NOTE");
    parts.forEach(part -> out.println(part.line()));
    out.printf(
        Locale.ROOT,
        "%-12s %9s %8.0f MiB%n",
        "all",
        "",
        PartStatus.mebibytes(parts.stream().mapToLong(PartStatus::residentBytes).sum()));
    out.flush();
    return parts.stream().allMatch(PartStatus::isReady) ? 0 : 1;
  }

  private static String note(Platform platform, Part part) {
    if (platform.supervisor.isRunning()) {
      return SupervisorState.read(platform.data()).of(part);
    }
    return part == platform.supervisor && !platform.running().isEmpty()
        ? "nothing restarts dead parts; it starts by " + platform.data().command("up")
        : "";
  }

  private record PartStatus(
      String name,
      OptionalLong pid,
      long residentBytes,
      boolean isReady,
      String ports,
      String note) {

    static PartStatus of(Part part, String note) {
      OptionalLong pid = part.pid();
      boolean running = pid.isPresent();
      return new PartStatus(
          part.name(),
          pid,
          running ? part.residentBytes() : 0,
          running && part.isReady(),
          part.ports(),
          note);
    }

    String line() {
      return String.format(
              Locale.ROOT,
              "%-12s %9s %8.0f MiB  %-9s %-5s  %s",
              name,
              pid.isPresent() ? pid.getAsLong() : "-",
              mebibytes(residentBytes),
              isReady ? "ready" : pid.isPresent() ? "not ready" : "down",
              ports,
              note)
          .stripTrailing();
    }

    static double mebibytes(long bytes) {
      return bytes / (double) (1L << 20);
    }
  }
}
