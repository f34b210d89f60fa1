package io.clickledger.sandbox.faults;

import java.io.IOException;

/** A fault that is injected into the streaming driver while clicks arrive. */
enum Fault {
  KILL_LAND_BEFORE_FILES("killed before a landing batch writes files", FaultInjector::killAtStep),
  KILL_LAND_FILES_WRITTEN("killed between files and commit", FaultInjector::killAtStep),
  KILL_LAND_CLICKS_COMMITTED(
      "killed between the two raw tables' commits", FaultInjector::killAtStep),
  KILL_LAND_BOTH_COMMITTED("killed before Spark's commit log", FaultInjector::killAtStep),
  KILL_COUNT_BEFORE_FILES("killed before a counting batch writes files", FaultInjector::killAtStep),
  KILL_COUNT_FLAGGED_COMMITTED(
      "killed between flagged's and live's commits", FaultInjector::killAtStep),
  KILL_COUNT_FILES_WRITTEN("killed between files and the first commit", FaultInjector::killAtStep),
  KILL_COUNT_LIVE_COMMITTED("killed after live's commit", FaultInjector::killAtStep),
  KILL_ANY_TIME("SIGKILL at a random moment", FaultInjector::killAnyTime),
  COMMIT_LOG_ENTRY_DELETED(
      "last entry of the commit log deleted", FaultInjector::deleteCommitLogEntry),
  CHECKPOINT_DELETED("checkpoint folders deleted", FaultInjector::deleteCheckpoints),
  CHECKPOINT_METADATA_DELETED("checkpoints' metadata file deleted", FaultInjector::deleteMetadata),
  TWO_DRIVERS("two drivers at once", FaultInjector::runTwoDrivers),
  SNAPSHOTS_EXPIRED("every snapshot expired that upkeep lets go", FaultInjector::expireSnapshots),
  RAW_COMPACTED("raw.clicks compacted under the batches", FaultInjector::compactRaw),
  BROKER_AWAY("broker killed and started again", FaultInjector::takeBrokerAway),
  POSTGRES_AWAY("PostgreSQL stopped and started again", FaultInjector::takePostgresAway);

  private static final String KILL = "KILL_";

  final String meaning;
  final FaultAction action;

  /** What happens. */
  @FunctionalInterface
  interface FaultAction {
    void on(FaultInjector injector) throws IOException;
  }

  Fault(String meaning, FaultAction action) {
    this.meaning = meaning;
    this.action = action;
  }

  /** True for a kill at a certain step of a batch. */
  boolean isAtStep() {
    return ordinal() < KILL_ANY_TIME.ordinal();
  }

  /** The driver's own name of the step at which it is killed. */
  String step() {
    return name().substring(KILL.length());
  }
}
