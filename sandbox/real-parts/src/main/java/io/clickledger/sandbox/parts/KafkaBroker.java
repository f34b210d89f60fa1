package io.clickledger.sandbox.parts;

import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.ForegroundRun;
import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.Jdk;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import io.clickledger.sandbox.parts.process.Server;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Kafka broker on loopback, without a Kafka class in the caller's class path. */
public final class KafkaBroker implements AutoCloseable {

  private static final String MODULE = "sandbox/kafka-broker";
  private static final String READY = "READY";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);

  private final Path folder;
  private final int port;
  private final boolean temporary;
  private final Server server;

  private KafkaBroker(
      Path folder, int port, int controllerPort, List<String> topics, boolean temporary) {
    this.folder = folder;
    this.port = port;
    this.temporary = temporary;
    this.server =
        Server.start(
            () ->
                plan(folder.resolve("broker"), port, controllerPort, topics)
                    .log(folder.resolve("kafka.log")),
            START_TIMEOUT,
            KafkaBroker::isReady);
  }

  /** Starts a broker with a free port, an empty folder and these topics, each NAME:PARTITIONS. */
  public static KafkaBroker temporary(String... topics) {
    return new KafkaBroker(
        Folders.temporary("kafka"), FreePorts.next(), FreePorts.next(), List.of(topics), true);
  }

  /** Starts a broker whose data stay in the folder; its controller listens on the next port. */
  public static KafkaBroker in(Path folder, int port, String... topics) {
    return new KafkaBroker(Folders.make(folder), port, port + 1, List.of(topics), false);
  }

  /** The process of a broker, for a program that starts it on its own terms. */
  public static ProcessPlan plan(Path folder, int port, int controllerPort, List<String> topics) {
    Path jar = RepositoryRoot.built(MODULE, "target/clickledger-kafka-broker.jar");
    ProcessPlan plan =
        ProcessPlan.java("kafka", Jdk.current().home())
            .command("-Xms64m", "-Xmx384m", "-Xss512k", "-XX:+UseSerialGC")
            .command("-XX:ReservedCodeCacheSize=64m")
            .command("-cp", jar + ":" + jar.resolveSibling("lib") + "/*")
            .command("io.clickledger.sandbox.broker.Broker")
            .command("--data-dir", folder.toString())
            .command("--port", Integer.toString(port))
            .command("--controller-port", Integer.toString(controllerPort));
    topics.forEach(topic -> plan.command("--topic", topic));
    return plan;
  }

  /** Whether a broker of this {@link #plan} has its topics and said so. */
  public static boolean isReady(ManagedProcess process) {
    return process.hasSaid(READY);
  }

  /** Whether a Kafka broker on this port of loopback answers a request for its API versions. */
  public static boolean answers(int port) {
    final int size = 2 + 2 + 4 + 2;
    final int apiVersions = 18;
    final int correlation = 7;
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(2_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(size);
      out.writeShort(apiVersions);
      out.writeShort(0);
      out.writeInt(correlation);
      out.writeShort(-1);
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      in.readInt();
      return in.readInt() == correlation;
    } catch (IOException e) {
      return false;
    }
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  public long pid() {
    return server.pid();
  }

  /** Makes the topic; one that exists with as many partitions is fine. */
  public synchronized void createTopic(String name, int partitions) {
    String order = "topic " + name + ":" + partitions;
    ManagedProcess process = server.process();
    process.say(order);
    String answer = process.awaitLine(CALL_TIMEOUT, "MADE " + order, "FAILED " + order);
    if (answer.startsWith("FAILED")) {
      throw new IllegalStateException(answer);
    }
  }

  /** Ends the broker as a crash would; its data stay for {@link #restart()}. */
  public void kill() {
    server.kill();
  }

  /** Ends the broker properly; its data stay for {@link #restart()}. */
  public void stop() {
    server.stop();
  }

  /** Starts the broker again on the same port and data. */
  public void restart() {
    server.restart();
  }

  @Override
  public void close() {
    server.stop();
    if (temporary) {
      Folders.delete(folder);
    }
  }

  /** Starts a broker by hand: {@code FOLDER PORT [NAME:PARTITIONS]...}. */
  public static void main(String[] args) {
    ForegroundRun.run(
        "FOLDER PORT [NAME:PARTITIONS]...",
        args,
        2,
        () -> {
          List<String> topics = List.of(args).subList(2, args.length);
          KafkaBroker broker =
              in(Path.of(args[0]), Integer.parseInt(args[1]), topics.toArray(String[]::new));
          System.out.println("Kafka answers on " + broker.bootstrapServers());
          return broker;
        });
  }
}
