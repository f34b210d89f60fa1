package io.clickledger.sandbox.broker;

import io.clickledger.rules.contract.TopicSetting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes topics that do not exist yet, with the settings that landing demands, and gives these to
 * those that exist. Refuses those that exist with other partitions.
 */
final class Topics implements AutoCloseable {

  private static final String MAKE = "topic ";
  private static final List<TopicSetting> SETTINGS = List.of(TopicSetting.values());

  private final Admin admin;

  Topics(String bootstrapServers) {
    admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  void make(TopicArgument topic) throws InterruptedException, ExecutionException {
    NewTopic wanted =
        new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty())
            .configs(
                SETTINGS.stream()
                    .collect(Collectors.toMap(TopicSetting::key, TopicSetting::value)));
    try {
      admin.createTopics(List.of(wanted)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
      requirePartitions(topic);
      admin.incrementalAlterConfigs(Map.of(resource(topic), settings())).all().get();
    }
  }

  private static ConfigResource resource(TopicArgument topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
  }

  private static List<AlterConfigOp> settings() {
    return SETTINGS.stream()
        .map(setting -> new ConfigEntry(setting.key(), setting.value()))
        .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
        .toList();
  }

  /** Answers each line with {@code MADE line} or {@code FAILED line: why}, until the input ends. */
  void makeEach(InputStream in, PrintStream out) throws IOException, InterruptedException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        make(TopicArgument.parse(line.substring(MAKE.length())));
        out.println("MADE " + line);
      } catch (RuntimeException | ExecutionException e) {
        out.println("FAILED " + line + ": " + e);
      }
    }
  }

  private void requirePartitions(TopicArgument topic)
      throws InterruptedException, ExecutionException {
    int partitions =
        admin
            .describeTopics(List.of(topic.name()))
            .allTopicNames()
            .get()
            .get(topic.name())
            .partitions()
            .size();
    if (partitions != topic.partitions()) {
      throw new IllegalStateException(
          "topic %s has %d partitions, %d were asked for"
              .formatted(topic.name(), partitions, topic.partitions()));
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
