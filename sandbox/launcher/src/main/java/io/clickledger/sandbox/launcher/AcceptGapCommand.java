package io.clickledger.sandbox.launcher;

import io.clickledger.sandbox.parts.OwnProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Records that a person goes on without what Kafka has lost. The job refuses where nothing is. */
@Command(
    name = "accept-gap",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Continue without the records that Kafka has lost; prints what is lost.")
final class AcceptGapCommand implements Callable<Integer> {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Decision decision;

  /** To accept, or to look. */
  static final class Decision {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the lake.")
    private String reason;

    @Option(names = "--dry-run", description = "Only print what would be accepted.")
    private boolean dryRun;
  }

  @Override
  public Integer call() {
    Platform platform = data.runningPlatform("postgres", "kafka");
    DataFolder folder = platform.data();
    Path answer = folder.state("accept-gap.txt");
    OwnProcess job =
        platform
            .sparkSubmit()
            .plan("accept-gap", arguments(folder.settings("streaming")))
            .log(folder.log("accept-gap"))
            .pidFile(folder.pidFile("accept-gap"))
            .answer(answer)
            .start();
    job.awaitEnd(LIMIT);
    PrintWriter out = spec.commandLine().getOut();
    try {
      out.print(Files.readString(answer));
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + answer, e);
    }
    out.flush();
    job.awaitSuccess(LIMIT);
    return 0;
  }

  String[] arguments(Path settings) {
    List<String> arguments = new ArrayList<>(List.of("--settings", settings.toString()));
    arguments.addAll(decision.dryRun ? List.of("--dry-run") : List.of("--reason", decision.reason));
    return arguments.toArray(String[]::new);
  }
}
