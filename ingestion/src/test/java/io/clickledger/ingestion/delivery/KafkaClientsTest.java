package io.clickledger.ingestion.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaClientsTest {

  @TempDir Path folder;

  @Test
  void givesTheProducerPropertiesThatItAccepts() {
    Properties properties = KafkaClients.producer(settings(Optional.empty()));

    assertThat(new ProducerConfig(properties)).isNotNull();
  }

  @Test
  void letsNoClientPropertiesTakeThePromisesBack() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("client.properties"),
            "acks=0\nenable.idempotence=false\nmax.block.ms=60000\nsecurity.protocol=SASL_SSL\n");

    Properties properties = KafkaClients.producer(settings(Optional.of(file)));

    assertThat(properties)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true")
        .containsEntry("max.block.ms", "0")
        .containsEntry("security.protocol", "SASL_SSL");
  }

  private static KafkaSettings settings(Optional<Path> clientProperties) {
    return new KafkaSettings(
        "127.0.0.1:19092",
        "clicks",
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofMillis(5),
        1_000_000,
        1_000,
        clientProperties);
  }
}
