package io.clickledger.sandbox.launcher.platform;

import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** One part of the platform, which runs as processes of its own. */
public interface Part {

  String name();

  /** The ports it answers on, as a reader wants them. */
  String ports();

  Path log();

  /** Starts it and returns when it truly answers. */
  void start();

  /** Starts it and returns at once; the process, where it is a child of this program. */
  Optional<ManagedProcess> launch();

  /** Ends it and returns when it is gone; where it does not run, nothing notes it afterwards. */
  void stop();

  /** Ends it as a crash would. */
  void kill();

  /** Its process, while it runs. */
  OptionalLong pid();

  /** Resident memory with everything it started, in bytes. */
  long residentBytes();

  /** Whether it answers now. */
  boolean isReady();

  default boolean isRunning() {
    return pid().isPresent();
  }
}
