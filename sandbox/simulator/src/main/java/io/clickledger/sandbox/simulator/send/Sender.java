package io.clickledger.sandbox.simulator.send;

import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;

/** A way into the platform. Every record handed over is in the oracle once it is answered. */
public interface Sender extends AutoCloseable {
  /** To ingestion. */
  static Sender http(URI base, Consumer<OracleEntry> oracle) {
    return new HttpSender(base, oracle);
  }

  /** Straight to the topic. */
  static Sender kafka(String bootstrapServers, String topic, Consumer<OracleEntry> oracle) {
    return new KafkaSender(bootstrapServers, topic, oracle);
  }

  /** In turn with another one. */
  default Sender alternatingWith(Sender other) {
    return new AlternatingSender(this, other);
  }

  /** Hands the records over; waits only while too many are unanswered. */
  void send(List<SimulatedClick> clicks);

  /** Waits until every record is answered. */
  @Override
  void close();
}
