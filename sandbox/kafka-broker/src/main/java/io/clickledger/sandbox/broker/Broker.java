package io.clickledger.sandbox.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * Runs one Kafka broker that is its own controller (KRaft), formats its storage folder on the first
 * start, has the topics it was given, and prints a line that starts with {@value #READY} once it
 * answers. Each further line {@code topic NAME:PARTITIONS} on its input makes one more topic.
 */
public final class Broker {

  static final String READY = "READY";

  private Broker() {}

  public static void main(String[] args) throws Exception {
    BrokerArguments arguments;
    try {
      arguments = BrokerArguments.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }

    KafkaRaftServer server = start(arguments);
    String bootstrapServers = "127.0.0.1:" + arguments.port();
    try (Topics topics = new Topics(bootstrapServers)) {
      for (TopicArgument topic : arguments.topics()) {
        topics.make(topic);
      }
      System.out.println(READY + " " + bootstrapServers);
      topics.makeEach(System.in, System.out);
    } catch (Exception e) {
      e.printStackTrace();
      System.exit(1);
    }
    server.awaitShutdown();
  }

  private static KafkaRaftServer start(BrokerArguments arguments) throws IOException {
    Files.createDirectories(arguments.dataDirectory());
    Properties properties = properties(arguments);
    Path file = arguments.dataDirectory().resolve("server.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, "Written at each start.");
    }
    if (!Files.exists(logDirectory(arguments).resolve("meta.properties"))) {
      format(file);
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop-broker"));
    server.startup();
    return server;
  }

  private static void format(Path file) {
    String[] command = {
      "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString()
    };
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int status = StorageTool.execute(command, out);
    if (status != 0) {
      throw new IllegalStateException("could not format the storage folder, status " + status);
    }
  }

  private static Path logDirectory(BrokerArguments arguments) {
    return arguments.dataDirectory().resolve("logs");
  }

  private static Properties properties(BrokerArguments arguments) {
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + arguments.controllerPort());
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(arguments.port(), arguments.controllerPort()));
    properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + arguments.port());
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("log.dirs", logDirectory(arguments).toString());

    // Automatic creation is off: an unknown topic is a misspelt one.
    properties.put("auto.create.topics.enable", "false");
    properties.put("default.replication.factor", "1");
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    properties.put("group.initial.rebalance.delay.ms", "0");

    // Seeded history is older than Kafka's week; a landed click may be 35 days old.
    properties.put("log.retention.hours", Integer.toString(40 * 24));
    properties.put("log.retention.bytes", Long.toString(2L << 30));
    properties.put("log.roll.hours", Integer.toString(40 * 24));
    properties.put("log.segment.bytes", Integer.toString(128 << 20));

    // One machine, a few clients: the defaults' threads and buffers are memory for nothing.
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "3");
    properties.put("background.threads", "2");
    properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    properties.put("log.index.size.max.bytes", Integer.toString(1 << 20));
    return properties;
  }
}
