package io.clickledger.sandbox.simulator.send;

import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import java.util.List;

/** Sends batches alternately to two senders. */
final class AlternatingSender implements Sender {
  private final Sender one;
  private final Sender other;
  private long turn;

  AlternatingSender(Sender one, Sender other) {
    this.one = one;
    this.other = other;
  }

  @Override
  public void send(List<SimulatedClick> clicks) {
    if (!clicks.isEmpty()) {
      (turn++ % 2 == 0 ? one : other).send(clicks);
    }
  }

  @Override
  public void close() {
    one.close();
    other.close();
  }
}
