package io.clickledger.sandbox.simulator;

import java.util.List;

/** A way into the platform. Every record handed over is in the oracle once it is answered. */
interface Sender extends AutoCloseable {
  /** Hands the records over; waits only while too many are unanswered. */
  void send(List<SimulatedClick> clicks);

  /** Waits until every record is answered. */
  @Override
  void close();
}
