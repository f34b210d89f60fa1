package io.clickledger.sandbox.parts.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What to start: a command, its surroundings, and whether it outlives this program. */
public final class ProcessPlan {

  private final String name;
  private final List<String> command = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private Path folder;
  private Path log;
  private Path pidFile;
  private Path answer;
  private boolean outliving;

  private ProcessPlan(String name) {
    this.name = name;
  }

  public static ProcessPlan of(String name) {
    return new ProcessPlan(name);
  }

  /** A plan for a Java program; options, class path, main class and arguments follow. */
  public static ProcessPlan java(String name, Path javaHome) {
    // More than two malloc arenas cost resident memory and gain nothing here.
    return of(name)
        .command(javaHome.resolve("bin/java").toString())
        .environment("MALLOC_ARENA_MAX", "2");
  }

  public ProcessPlan command(String... words) {
    return command(List.of(words));
  }

  /** Adds words to the command. */
  public ProcessPlan command(List<String> words) {
    command.addAll(words);
    return this;
  }

  public ProcessPlan environment(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public ProcessPlan in(Path folder) {
    this.folder = folder;
    return this;
  }

  /** Where its output goes, appended. */
  public ProcessPlan log(Path log) {
    this.log = log;
    return this;
  }

  /** A file of its own for what it writes to its standard output, written anew. */
  public ProcessPlan answer(Path answer) {
    this.answer = answer;
    return this;
  }

  public ProcessPlan pidFile(Path pidFile) {
    this.pidFile = pidFile;
    return this;
  }

  /** The process outlives this program, and receives none of the terminal's signals. */
  public ProcessPlan outliving() {
    this.outliving = true;
    return this;
  }

  public ManagedProcess start() {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      long logStart = log.toFile().length();
      ProcessBuilder builder = new ProcessBuilder(commandLine());
      builder.environment().putAll(environment);
      if (folder != null) {
        builder.directory(folder.toFile());
      }
      ProcessBuilder.Redirect toLog = ProcessBuilder.Redirect.appendTo(log.toFile());
      builder.redirectError(toLog);
      builder.redirectOutput(answer == null ? toLog : ProcessBuilder.Redirect.to(answer.toFile()));
      if (outliving) {
        builder.redirectInput(new File("/dev/null"));
      }
      Process process = builder.start();
      if (!outliving) {
        endWithThisProgram(process);
      }
      return ManagedProcess.started(name, process, log, logStart, pidFile);
    } catch (IOException e) {
      throw new UncheckedIOException("could not start " + name + ": " + command, e);
    }
  }

  /** Runs in this program's terminal to the end, and returns the exit status. */
  public int inForeground() {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
      builder.environment().putAll(environment);
      Process process = builder.start();
      // Ctrl-C reaches it as well; it may have something to finish.
      Thread wait = new Thread(() -> process.onExit().join(), "await-" + process.pid());
      Runtime.getRuntime().addShutdownHook(wait);
      process.onExit().thenRun(() -> forget(wait));
      try (ManagedProcess own = ManagedProcess.started(name, process, log, 0, pidFile)) {
        return own.awaitEnd();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not start " + name + ": " + command, e);
    }
  }

  private List<String> commandLine() {
    if (!outliving || !SETSID.toFile().canExecute()) {
      return command;
    }
    List<String> line = new ArrayList<>(List.of(SETSID.toString()));
    line.addAll(command);
    return line;
  }

  // A session of its own, so that Ctrl-C in the terminal ends the launcher only.
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private static void endWithThisProgram(Process process) {
    Thread end = new Thread(process::destroyForcibly, "end-" + process.pid());
    Runtime.getRuntime().addShutdownHook(end);
    process.onExit().thenRun(() -> forget(end));
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This program is ending: the hook runs, and finds the process gone.
    }
  }
}
