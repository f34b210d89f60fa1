package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.programs.ExitCode;
import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.steps.JobRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * Runs a job of spark-submit/ against a running platform. The job alone knows its options: it gets
 * all that are given, as they are, and the settings file of the platform.
 */
abstract class JobCommand implements Callable<Integer> {
  private final String script;
  private final String program;
  private final String[] needs;

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Option(names = "--help", description = "Show the options of the job.")
  private boolean help;

  @Unmatched private final List<String> given = new ArrayList<>();

  /**
   * @param script of spark-submit/
   * @param program whose settings file the job reads
   * @param needs parts that must run
   */
  JobCommand(String script, String program, String... needs) {
    this.script = script;
    this.program = program;
    this.needs = needs;
  }

  @Override
  public final Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (help) {
      out.printf(
          "./clickledger %s runs this job with the settings of the platform, or of that in"
              + " --data-dir FOLDER.%n%n",
          spec.name());
      out.flush();
      return run(data.platform()).help();
    }
    Platform platform = data.runningPlatform(needs);
    run(platform).print(out, arguments(defaults(platform)));
    return ExitCode.DONE;
  }

  /** Options with values that the platform knows; those that are given win. */
  Map<String, String> defaults(Platform platform) {
    return Map.of();
  }

  /**
   * Options whose value is a path, which is meant from the folder in which the command is given.
   */
  Set<String> pathOptions() {
    return Set.of();
  }

  /** What the job, which runs in a folder of its own, gets beside its settings. */
  final List<String> arguments(Map<String, String> defaults) {
    List<String> arguments = new ArrayList<>(given);
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (i > 0 && pathOptions().contains(arguments.get(i - 1))) {
        arguments.set(i, absolute(word));
      } else if (pathOptions().stream().anyMatch(option -> word.startsWith(option + "="))) {
        int value = word.indexOf('=') + 1;
        arguments.set(i, word.substring(0, value) + absolute(word.substring(value)));
      }
    }
    defaults.forEach(
        (option, value) -> {
          if (given.stream()
              .noneMatch(word -> word.equals(option) || word.startsWith(option + "="))) {
            arguments.addAll(List.of(option, value));
          }
        });
    return arguments;
  }

  private static String absolute(String path) {
    return Path.of(path).toAbsolutePath().normalize().toString();
  }

  private JobRun run(Platform platform) {
    return new JobRun(platform, script, spec.name(), platform.data().settings(program));
  }
}
