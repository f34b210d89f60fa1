package io.clickledger.sandbox.launcher;

import java.nio.file.Path;
import java.util.OptionalLong;

/** One part of the platform, which runs as processes of its own. */
interface Part {

  String name();

  /** The ports it answers on, as a reader wants them. */
  String ports();

  Path log();

  /** Starts it and returns when it truly answers. */
  void start();

  /** Ends it and returns when it is gone; nothing where it does not run. */
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
