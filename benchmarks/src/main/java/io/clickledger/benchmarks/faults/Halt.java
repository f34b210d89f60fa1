package io.clickledger.benchmarks.faults;

/**
 * Where a driver halts as by SIGKILL.
 *
 * @param step the driver's own name of a step of its batches
 * @param nth when it is there for so manieth time
 */
record Halt(String step, int nth) {
  static final int STATUS = 137;

  /** The driver's option. */
  String option() {
    return "-Dclickledger.halt-at=%s:%d".formatted(step, nth);
  }
}
