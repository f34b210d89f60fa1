package io.clickledger.ingestion;

import io.clickledger.sandbox.parts.KafkaBroker;

/** A broker for all tests that leave it as it is, started once. It ends with the JVM. */
final class SharedBroker {

  private static KafkaBroker running;

  private SharedBroker() {}

  static synchronized String bootstrapServers() {
    if (running == null) {
      running = KafkaBroker.temporary("clicks:4");
    }
    return running.bootstrapServers();
  }
}
