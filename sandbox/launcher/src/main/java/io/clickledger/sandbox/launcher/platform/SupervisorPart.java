package io.clickledger.sandbox.launcher.platform;

import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The process that starts dead parts again. Those are its children, and yet parts of their own: its
 * end is not theirs, and its memory is its own.
 */
final class SupervisorPart implements Part {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration GRACE_PERIOD = Duration.ofSeconds(10);

  private final DataFolder data;

  SupervisorPart(DataFolder data) {
    this.data = data;
  }

  @Override
  public String name() {
    return "supervisor";
  }

  @Override
  public String ports() {
    return "-";
  }

  @Override
  public Path log() {
    return data.log(name());
  }

  @Override
  public void start() {
    ManagedProcess process = launch().orElseThrow();
    process.awaitReady(START_TIMEOUT, () -> Files.exists(SupervisorState.file(data)));
  }

  @Override
  public Optional<ManagedProcess> launch() {
    try {
      Files.deleteIfExists(SupervisorState.file(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ProcessPlan plan =
        Program.LAUNCHER
            .plan(
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dclickledger.root=" + RepositoryRoot.find())
            .command("supervise", "--data-dir", data.path().toString());
    return Optional.of(plan.log(log()).pidFile(data.pidFile(name())).outliving().start());
  }

  @Override
  public void stop() {
    process().ifPresent(process -> process.stopAlone(GRACE_PERIOD));
    data.forget(name());
  }

  @Override
  public void kill() {
    process().ifPresent(ManagedProcess::killAlone);
  }

  @Override
  public OptionalLong pid() {
    return process().map(process -> OptionalLong.of(process.pid())).orElseGet(OptionalLong::empty);
  }

  @Override
  public long residentBytes() {
    return process().map(ManagedProcess::ownResidentBytes).orElse(0L);
  }

  @Override
  public boolean isReady() {
    return isRunning() && Files.exists(SupervisorState.file(data));
  }

  private Optional<ManagedProcess> process() {
    return ManagedProcess.running(data.pidFile(name()));
  }
}
