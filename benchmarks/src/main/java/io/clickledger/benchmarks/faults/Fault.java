package io.clickledger.benchmarks.faults;

/** What is done to the streaming driver while clicks arrive. */
enum Fault {
  KILL_LAND_BEFORE_FILES("killed before a landing batch writes files", FaultRun::killAtStep),
  KILL_LAND_FILES_WRITTEN("killed between files and commit", FaultRun::killAtStep),
  KILL_LAND_CLICKS_COMMITTED("killed between the two raw tables' commits", FaultRun::killAtStep),
  KILL_LAND_BOTH_COMMITTED("killed before Spark's commit log", FaultRun::killAtStep),
  KILL_COUNT_BEFORE_FILES("killed before a counting batch writes files", FaultRun::killAtStep),
  KILL_COUNT_FLAGGED_COMMITTED("killed between flagged and live", FaultRun::killAtStep),
  KILL_COUNT_FILES_WRITTEN("killed between live's files and commit", FaultRun::killAtStep),
  KILL_COUNT_LIVE_COMMITTED("killed after live's commit", FaultRun::killAtStep),
  KILL_ANY_TIME("SIGKILL at a random moment", FaultRun::killAnyTime),
  COMMIT_LOG_ENTRY_DELETED("last entry of the commit log deleted", FaultRun::deleteCommitLogEntry),
  CHECKPOINT_DELETED("checkpoint folders deleted", FaultRun::deleteCheckpoints),
  CHECKPOINT_METADATA_DELETED("checkpoints' metadata file deleted", FaultRun::deleteMetadata),
  TWO_DRIVERS("two drivers at once", FaultRun::runTwoDrivers),
  SNAPSHOTS_EXPIRED("every snapshot expired that upkeep lets go", FaultRun::expireSnapshots),
  RAW_COMPACTED("raw.clicks compacted under the batches", FaultRun::compactRaw),
  BROKER_AWAY("broker killed and started again", FaultRun::takeBrokerAway),
  POSTGRES_AWAY("PostgreSQL stopped and started again", FaultRun::takePostgresAway);

  private static final String KILL = "KILL_";

  final String meaning;
  final Strike strike;

  /** What happens in a run. */
  @FunctionalInterface
  interface Strike {
    void on(FaultRun run) throws Exception;
  }

  Fault(String meaning, Strike strike) {
    this.meaning = meaning;
    this.strike = strike;
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
