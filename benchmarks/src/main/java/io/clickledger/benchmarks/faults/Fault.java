package io.clickledger.benchmarks.faults;

import java.io.IOException;

/** What is done to the streaming driver while clicks arrive. */
enum Fault {
  KILL_LAND_BEFORE_FILES("killed before a landing batch writes files", Strike::killAtStep),
  KILL_LAND_FILES_WRITTEN("killed between files and commit", Strike::killAtStep),
  KILL_LAND_CLICKS_COMMITTED("killed between the two raw tables' commits", Strike::killAtStep),
  KILL_LAND_BOTH_COMMITTED("killed before Spark's commit log", Strike::killAtStep),
  KILL_COUNT_BEFORE_FILES("killed before a counting batch writes files", Strike::killAtStep),
  KILL_COUNT_FLAGGED_COMMITTED("killed between flagged's and live's commits", Strike::killAtStep),
  KILL_COUNT_FILES_WRITTEN("killed between files and the first commit", Strike::killAtStep),
  KILL_COUNT_LIVE_COMMITTED("killed after live's commit", Strike::killAtStep),
  KILL_ANY_TIME("SIGKILL at a random moment", Strike::killAnyTime),
  COMMIT_LOG_ENTRY_DELETED("last entry of the commit log deleted", Strike::deleteCommitLogEntry),
  CHECKPOINT_DELETED("checkpoint folders deleted", Strike::deleteCheckpoints),
  CHECKPOINT_METADATA_DELETED("checkpoints' metadata file deleted", Strike::deleteMetadata),
  TWO_DRIVERS("two drivers at once", Strike::runTwoDrivers),
  SNAPSHOTS_EXPIRED("every snapshot expired that upkeep lets go", Strike::expireSnapshots),
  RAW_COMPACTED("raw.clicks compacted under the batches", Strike::compactRaw),
  BROKER_AWAY("broker killed and started again", Strike::takeBrokerAway),
  POSTGRES_AWAY("PostgreSQL stopped and started again", Strike::takePostgresAway);

  private static final String KILL = "KILL_";

  final String meaning;
  final Deed deed;

  /** What happens. */
  @FunctionalInterface
  interface Deed {
    void on(Strike strike) throws IOException;
  }

  Fault(String meaning, Deed deed) {
    this.meaning = meaning;
    this.deed = deed;
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
