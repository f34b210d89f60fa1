package io.clickledger.sandbox.launcher.platform;

import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A part that is one process known by its pid file.
 *
 * @param ready whether this process answers
 * @param grace how long it may take to its end once it is asked
 */
record ProcessPart(
    String name,
    String ports,
    DataFolder data,
    Supplier<ProcessPlan> plan,
    Predicate<ManagedProcess> ready,
    Duration grace)
    implements Part {

  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final long LONG_LOG_BYTES = 20L << 20;

  @Override
  public Path log() {
    return data.log(name);
  }

  @Override
  public void start() {
    ManagedProcess process = begin();
    process.awaitReady(START_TIMEOUT, () -> ready.test(process));
  }

  @Override
  public Optional<ManagedProcess> launch() {
    return Optional.of(begin());
  }

  private ManagedProcess begin() {
    putLongLogAside();
    return plan.get().log(log()).pidFile(data.pidFile(name)).outliving().start();
  }

  private void putLongLogAside() {
    try {
      if (log().toFile().length() > LONG_LOG_BYTES) {
        Path aside = log().resolveSibling(name + ".previous.log");
        Files.move(log(), aside, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not put " + log() + " aside", e);
    }
  }

  @Override
  public void stop() {
    process().ifPresent(process -> process.stop(grace));
    data.forget(name);
  }

  @Override
  public void kill() {
    process().ifPresent(ManagedProcess::kill);
  }

  @Override
  public OptionalLong pid() {
    return process().map(process -> OptionalLong.of(process.pid())).orElseGet(OptionalLong::empty);
  }

  @Override
  public long residentBytes() {
    return process().map(ManagedProcess::residentBytes).orElse(0L);
  }

  @Override
  public boolean isReady() {
    return process().filter(ready).isPresent();
  }

  private Optional<ManagedProcess> process() {
    return ManagedProcess.running(data.pidFile(name));
  }
}
