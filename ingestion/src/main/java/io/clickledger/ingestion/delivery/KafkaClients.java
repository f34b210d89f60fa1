package io.clickledger.ingestion.delivery;

import io.clickledger.rules.contract.TopicSetting;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The properties of our Kafka clients: the operator's file first, then what promises rest on. */
final class KafkaClients {

  private static final int BATCH_BYTES = 64 * 1024;

  private KafkaClients() {}

  /**
   * Durable (all in-sync replicas, idempotent, so that a retry inside the client adds no record and
   * changes no order) and never blocking: a send that would have to wait fails instead, because it
   * would hold one of the few threads that answer everybody else.
   */
  static Properties producer(KafkaSettings settings) {
    Properties properties = connection(settings);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "0");
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(settings.deliveryTimeout()));
    properties.put(ProducerConfig.LINGER_MS_CONFIG, millis(settings.linger()));
    properties.put(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        millis(settings.deliveryTimeout().minus(settings.linger()).dividedBy(2)));
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(BATCH_BYTES));
    // What may wait is bounded before it is sent; a batch that is not full takes its size anyway.
    properties.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(2L * settings.maxWaitingBytes()));
    // As the topic stores it: anything else the broker would compress again.
    properties.putIfAbsent(
        ProducerConfig.COMPRESSION_TYPE_CONFIG, TopicSetting.COMPRESSION_TYPE.value());
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class.getName());
    properties.put(
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    return properties;
  }

  static Properties admin(KafkaSettings settings, Duration limit) {
    Properties properties = connection(settings);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(limit));
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(limit));
    return properties;
  }

  private static Properties connection(KafkaSettings settings) {
    Properties properties = new Properties();
    settings
        .clientProperties()
        .ifPresent(
            file -> {
              try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
              } catch (IOException e) {
                throw new UncheckedIOException("could not read kafka.client-properties " + file, e);
              }
            });
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    properties.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "clickledger-ingestion");
    properties.putIfAbsent(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "500");
    return properties;
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
