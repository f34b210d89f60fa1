package io.clickledger.programs;

import io.clickledger.settings.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * A program with settings. A subclass is a picocli command: it names itself, declares its options
 * as fields and does its work in {@link #run}. Errors are one sentence on standard error where they
 * are expected, and a stack trace where they are not.
 *
 * @param <S> record of its settings
 */
@Command(
    sortOptions = false,
    footer = {
      "",
      "Exit codes:",
      "  0  done",
      "  1  refused, or something wrong was found",
      "  2  wrong options or settings; nothing was done",
      "  3  failed; try again later"
    })
public abstract class JobMain<S extends Record> implements Callable<Integer> {
  private final Class<S> settingsType;
  private final String defaultsResource;

  @Spec private CommandSpec spec;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "Properties file; a later one wins over an earlier one.")
  private final List<Path> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting; wins over the files.")
  private final List<String> overrides = new ArrayList<>();

  @Option(names = "--help", usageHelp = true, description = "Print this help.")
  private boolean help;

  private Map<String, String> environment = Map.of();

  /**
   * @param defaultsResource absolute name of the commented defaults on the class path
   */
  protected JobMain(Class<S> settingsType, String defaultsResource) {
    this.settingsType = settingsType;
    this.defaultsResource = defaultsResource;
  }

  /**
   * Does the program's work.
   *
   * @return its exit code
   * @throws RefusedException where it does not do it
   * @throws WrongUsageException where its options contradict each other
   * @throws TryLaterException where it cannot do it now
   */
  protected abstract int run(S settings) throws Exception;

  /** Where the program prints what it was asked for. */
  protected final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Where secrets of options may be looked up, as those of settings are. */
  protected final Map<String, String> environment() {
    return environment;
  }

  @Override
  public final Integer call() throws Exception {
    return run(Settings.read(settingsType, defaultsResource, files, overrides, environment));
  }

  /** Runs the program and ends the process with its exit code. */
  public static void exit(JobMain<?> program, String[] args) {
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    System.exit(program.execute(args, System.getenv(), out, err));
  }

  /**
   * Runs the program.
   *
   * @param environment where {@code env:NAME} settings are looked up
   * @return its exit code
   */
  public int execute(
      String[] args, Map<String, String> environment, PrintWriter out, PrintWriter err) {
    this.environment = environment;
    try {
      return commandLine(out, err).execute(args);
    } catch (Error e) {
      // picocli hands on exceptions only, and Java's own status would be that of a refusal.
      return Failures.report(e, "", err);
    }
  }

  private CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(this)
        .setOut(out)
        .setErr(err)
        .setExpandAtFiles(false)
        .registerConverter(LocalDate.class, JobMain::day)
        .setParameterExceptionHandler((e, given) -> wrongUsage(e))
        .setExecutionExceptionHandler((e, line, parsed) -> Failures.report(e, "", line.getErr()));
  }

  private static int wrongUsage(ParameterException failure) {
    CommandLine line = failure.getCommandLine();
    line.getErr().println(failure.getMessage());
    line.getErr().println(line.getCommandName() + " --help lists the options.");
    return ExitCode.WRONG_USAGE;
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("must be a day as YYYY-MM-DD, was " + text);
    }
  }
}
