package io.clickledger.sandbox.simulator;

import java.util.List;

/** Every other batch one way, the rest the other. */
final class InTurn implements Sender {
  private final Sender one;
  private final Sender other;
  private long turn;

  InTurn(Sender one, Sender other) {
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
