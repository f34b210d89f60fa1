package io.clickledger.sandbox.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KafkaBrokerIT {

  @Test
  void makesTopicsAndSurvivesAKillOnTheSamePort() {
    try (KafkaBroker broker = KafkaBroker.temporary("clicks:4")) {
      assertThat(KafkaBroker.answers(broker.port())).isTrue();
      broker.createTopic("clicks", 4);
      broker.createTopic("others", 2);
      assertThatThrownBy(() -> broker.createTopic("others", 3))
          .hasMessageContaining("topic others has 2 partitions, 3 were asked for");

      int port = broker.port();
      broker.kill();
      assertThat(KafkaBroker.answers(port)).isFalse();
      broker.restart();

      assertThat(broker.port()).isEqualTo(port);
      broker.createTopic("others", 2);
    }
  }
}
