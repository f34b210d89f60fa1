package io.clickledger.sandbox.faults;

/**
 * The point at which a driver halts as by SIGKILL.
 *
 * @param step the driver's own name of a step of its batches
 * @param nth at which visit of the step it halts
 */
record HaltPoint(String step, int nth) {
  static final int STATUS = 137;

  /** The driver's option. */
  String option() {
    return "-Dclickledger.halt-at=%s:%d".formatted(step, nth);
  }
}
