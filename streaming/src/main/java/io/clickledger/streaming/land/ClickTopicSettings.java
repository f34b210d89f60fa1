package io.clickledger.streaming.land;

import io.clickledger.rules.contract.TopicSetting;
import io.clickledger.streaming.StreamingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration of the click topic on the broker, and the values that landing requires. */
public final class ClickTopicSettings {
  private static final Logger LOG = LoggerFactory.getLogger(ClickTopicSettings.class);

  private ClickTopicSettings() {}

  /**
   * Asks the broker.
   *
   * @throws AuthorizationException where the broker refuses to describe it
   * @throws IllegalStateException where it does not answer in time
   */
  public static Config describe(StreamingSettings.Kafka kafka) {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, kafka.clickTopic());
    try (Admin admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
      return admin
          .describeConfigs(List.of(topic))
          .all()
          .get(kafka.timeout().toMillis(), TimeUnit.MILLISECONDS)
          .get(topic);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "interrupted while asking Kafka for the configuration of " + kafka.clickTopic(), e);
    } catch (ExecutionException | TimeoutException e) {
      if (e.getCause() instanceof AuthorizationException refused) {
        throw refused;
      }
      throw new IllegalStateException(
          "Kafka at %s did not give the configuration of topic %s within %s: %s"
              .formatted(
                  kafka.bootstrapServers(),
                  kafka.clickTopic(),
                  kafka.timeout(),
                  e.getCause() == null ? e : e.getCause()),
          e);
    }
  }

  /**
   * Refuses a topic whose configuration admits a record that could stop landing. Where the broker
   * refuses to describe the topic, the operator is responsible for it.
   *
   * @throws IllegalStateException naming every wrong setting, and the command that sets them
   */
  static void require(StreamingSettings.Kafka kafka) {
    try {
      require(kafka, describe(kafka));
    } catch (AuthorizationException e) {
      LOG.warn(
          "the settings of topic {} were not checked, because the broker does not let this driver describe them ({}):"
              + " with others than docs/click-contract.md asks for, a record can stop landing",
          kafka.clickTopic(),
          e.getMessage());
    }
  }

  static void require(StreamingSettings.Kafka kafka, Config config) {
    List<String> faults = new ArrayList<>();
    List<TopicSetting> wrong = new ArrayList<>();
    for (TopicSetting setting : TopicSetting.values()) {
      ConfigEntry entry = config.get(setting.key());
      setting
          .fault(entry == null ? null : entry.value())
          .ifPresent(
              fault -> {
                faults.add(fault);
                wrong.add(setting);
              });
    }
    if (!faults.isEmpty()) {
      throw new IllegalStateException(
          """
          topic %1$s at %2$s could take a record that stops landing:
            %3$s
          Set it by: kafka-configs.sh --bootstrap-server %2$s --alter --entity-type topics --entity-name %1$s --add-config %4$s
          What is in the topic already stays as it is; "landing is stuck at one offset" of docs/runbook.md is about that"""
              .formatted(
                  kafka.clickTopic(),
                  kafka.bootstrapServers(),
                  String.join("\n  ", faults),
                  wrong.stream()
                      .map(setting -> setting.key() + "=" + setting.value())
                      .collect(Collectors.joining(","))));
    }
  }
}
