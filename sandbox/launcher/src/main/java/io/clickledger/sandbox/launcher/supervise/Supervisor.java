package io.clickledger.sandbox.launcher.supervise;

import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.platform.SupervisorState;
import io.clickledger.sandbox.launcher.steps.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts parts again that ended without a command having asked for it, each as soon as what it
 * needs answers. It changes the platform only while no command does, so commands need not know of
 * it. A part that keeps ending is given up.
 */
public final class Supervisor {

  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

  /** How long the starter of this process may take to write its pid file. */
  private static final Duration MAX_NOTE_WAIT = Duration.ofSeconds(30);

  private final Platform platform;
  private final Progress progress;
  private final Map<Part, PartHistory> histories = new LinkedHashMap<>();
  private SupervisorState written = SupervisorState.none();

  public Supervisor(Platform platform, Progress progress) {
    this.platform = platform;
    this.progress = progress;
  }

  /** Checks all parts each second, until another supervisor is noted or the folder is gone. */
  public void run() throws InterruptedException {
    written.write(platform.data());
    Instant end = Instant.now().plus(MAX_NOTE_WAIT);
    while (!isTheOne() && Instant.now().isBefore(end)) {
      Thread.sleep(CHECK_INTERVAL.toMillis());
    }
    while (isTheOne()) {
      write(check());
      Thread.sleep(CHECK_INTERVAL.toMillis());
    }
    log("another supervisor is noted, or the data folder is gone");
  }

  private boolean isTheOne() {
    long self = ProcessHandle.current().pid();
    return platform.supervisor.pid().stream().anyMatch(pid -> pid == self);
  }

  private SupervisorState check() {
    Map<String, String> notes = new TreeMap<>();
    Map<String, String> givenUp = new TreeMap<>();
    for (Part part : platform.supervised()) {
      PartHistory history =
          histories.computeIfAbsent(part, key -> new PartHistory(key, platform::isRefusal));
      String note;
      try {
        note = check(part, history);
      } catch (RuntimeException e) {
        // The other parts need the supervisor all the same.
        log("failed to start " + part.name() + ": " + e.getMessage());
        note = "could not be started, see " + platform.supervisor.log();
      }
      (history.isGivenUp() ? givenUp : notes).put(part.name(), note);
    }
    notes.values().removeIf(String::isEmpty);
    return new SupervisorState(notes, givenUp);
  }

  /** Starts the part where it is dead and may be started, and returns a note for the user. */
  private String check(Part part, PartHistory history) {
    if (part.isRunning()) {
      history.running();
      return history.describe();
    }
    boolean wasGivenUp = history.isGivenUp();
    history.ended(Instant.now());
    if (history.isGivenUp()) {
      if (!wasGivenUp) {
        log(part.name() + " " + history.describe());
      }
      return history.describe();
    }
    if (!history.isDue(Instant.now())) {
      return history.ending() + "; is restarted after a pause";
    }
    List<String> missing =
        platform.needs(part).stream().filter(need -> !need.isReady()).map(Part::name).toList();
    if (!missing.isEmpty()) {
      return history.ending() + "; waits for " + String.join(", ", missing);
    }
    platform.data().ifAlone(() -> start(part, history));
    return history.describe();
  }

  /** Runs under the platform's lock: what a command has changed meanwhile is seen here. */
  private void start(Part part, PartHistory history) {
    if (isTheOne() && platform.supervised().contains(part) && !part.isRunning()) {
      log("restarting " + part.name() + ": " + history.ending());
      history.start(Instant.now());
    }
  }

  private void write(SupervisorState supervision) {
    if (supervision.equals(written)) {
      return;
    }
    try {
      supervision.write(platform.data());
      written = supervision;
    } catch (RuntimeException e) {
      // Where the disk is full, parts are to be started all the same.
      log("could not write what is done: " + e);
    }
  }

  private void log(String line) {
    progress.say(Instant.now() + " " + line);
  }
}
