package io.clickledger.sandbox.launcher.supervise;

import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiPredicate;

/** The supervisor's record of one part: its restarts, and how the last of them ended. */
final class PartHistory {

  private static final int MISCONFIGURED = 2;
  private static final int SIGNAL = 128;
  private static final int SIGKILL = 9;

  private final Part part;
  private final BiPredicate<Part, ManagedProcess> refusal;
  private Restarts restarts = Restarts.none();
  private Optional<ManagedProcess> started = Optional.empty();

  /**
   * @param refusal whether this ended process of a part was refused because another one runs
   */
  PartHistory(Part part, BiPredicate<Part, ManagedProcess> refusal) {
    this.part = part;
    this.refusal = refusal;
  }

  boolean isGivenUp() {
    return restarts.isGivenUp();
  }

  /** The part runs. */
  void running() {
    restarts = restarts.running();
    // A command may have started it meanwhile: of that process no end is known.
    started = started.filter(process -> part.pid().stream().anyMatch(pid -> pid == process.pid()));
  }

  /** The part is dead. */
  void ended(Instant now) {
    restarts = restarts.ended(now, end());
  }

  boolean isDue(Instant now) {
    return restarts.isDue(now, end());
  }

  /** Starts the part, which counts whether that succeeds or not. */
  void start(Instant now) {
    restarts = restarts.started(now, end(), ending());
    started = Optional.empty();
    started = part.launch();
  }

  private Restarts.End end() {
    if (started.filter(process -> refusal.test(part, process)).isPresent()) {
      return Restarts.End.LOCKED_OUT;
    }
    return status().equals(OptionalInt.of(MISCONFIGURED))
        ? Restarts.End.MISCONFIGURED
        : Restarts.End.FAILED;
  }

  /** The exit status of a process that this object has started. */
  private OptionalInt status() {
    return started.map(ManagedProcess::exitStatus).orElse(OptionalInt.empty());
  }

  /** How the part has ended, as far as that is known: of what this process has started. */
  String ending() {
    OptionalInt status = status();
    if (status.isEmpty()) {
      return "found dead";
    }
    if (end() == Restarts.End.LOCKED_OUT) {
      return "refused by another one, see " + part.log();
    }
    return status.getAsInt() == SIGNAL + SIGKILL
        ? "killed (%d)".formatted(status.getAsInt())
        : "ended with status " + status.getAsInt();
  }

  /** What a person reads of it; nothing where the part was never started again. */
  String describe() {
    if (restarts.isGivenUp() && end() == Restarts.End.MISCONFIGURED) {
      return "given up: it refuses its settings (status %d), see %s"
          .formatted(MISCONFIGURED, part.log());
    }
    return restarts.isGivenUp()
        ? "given up: %d starts in %d min, last %s, see %s"
            .formatted(Restarts.MAX_STARTS, Restarts.WINDOW.toMinutes(), ending(), part.log())
        : restarts.describe();
  }
}
