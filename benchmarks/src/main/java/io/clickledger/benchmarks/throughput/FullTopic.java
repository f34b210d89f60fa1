package io.clickledger.benchmarks.throughput;

import io.clickledger.sandbox.driver.KafkaTopic;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.Label;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.TrafficModel;
import io.clickledger.sandbox.simulator.traffic.Trouble;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A topic that holds a stretch of simulated clicks, and what must come of them.
 *
 * @param records all of them, malformed ones too
 * @param landed rows that raw.clicks must have
 * @param rejected rows that raw.rejected_clicks must have
 * @param duplicates records with the click_id of one before
 */
record FullTopic(long records, long landed, long rejected, long duplicates) {
  private static final int SENDERS = 2;

  /** The senders wait for each other after so many records, so that time goes on as in one day. */
  private static final int STEP = 5_000;

  /** Fills the topic, as two senders would, each with its own clicks of the same users. */
  static FullTopic fill(KafkaTopic topic, Path metadata, Load load)
      throws InterruptedException, ExecutionException {
    long records = load.records();
    Instant now = Instant.now();
    Catalogue catalogue = Catalogue.read(metadata);
    Phaser step = new Phaser(SENDERS);
    List<CompletableFuture<Map<Label, Long>>> senders = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      int share = (int) (records * (i + 1) / SENDERS - records * i / SENDERS);
      TrafficModel model =
          new TrafficModel(
              catalogue,
              Trouble.USUAL,
              load.seed(),
              i,
              Optional.empty(),
              load.hotAd(),
              Optional.empty());
      senders.add(
          CompletableFuture.supplyAsync(
              () ->
                  send(topic, model.history(now.minus(load.span()), now, share).iterator(), step)));
    }
    Map<Label, Long> sent = new EnumMap<>(Label.class);
    for (CompletableFuture<Map<Label, Long>> sender : senders) {
      sender.get().forEach((label, count) -> sent.merge(label, count, Long::sum));
    }
    long rejected = sent.getOrDefault(Label.MALFORMED, 0L);
    return new FullTopic(records, records - rejected, rejected, sent.getOrDefault(Label.RETRY, 0L));
  }

  private static Map<Label, Long> send(
      KafkaTopic topic, Iterator<SimulatedClick> clicks, Phaser step) {
    Map<Label, Long> sent = new EnumMap<>(Label.class);
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (KafkaProducer<String, byte[]> producer =
        topic.producer(
            Map.of(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.LINGER_MS_CONFIG,
                20,
                ProducerConfig.BATCH_SIZE_CONFIG,
                128 << 10,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                64L << 20))) {
      for (long n = 1; clicks.hasNext() && failure.get() == null; n++) {
        SimulatedClick click = clicks.next();
        producer.send(
            new ProducerRecord<>(
                topic.name(), click.clickId(), click.json().getBytes(StandardCharsets.UTF_8)),
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
        sent.merge(click.label(), 1L, Long::sum);
        if (n % STEP == 0) {
          step.arriveAndAwaitAdvance();
        }
      }
    } finally {
      step.arriveAndDeregister();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("the broker did not take a record", failure.get());
    }
    return sent;
  }

  /** What an earlier run wrote down when the topic was full. */
  static Optional<FullTopic> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties written = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      written.load(reader);
    }
    return Optional.of(
        new FullTopic(
            Long.parseLong(written.getProperty("records")),
            Long.parseLong(written.getProperty("landed")),
            Long.parseLong(written.getProperty("rejected")),
            Long.parseLong(written.getProperty("duplicates"))));
  }

  void write(Path file) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("records", Long.toString(records));
    properties.setProperty("landed", Long.toString(landed));
    properties.setProperty("rejected", Long.toString(rejected));
    properties.setProperty("duplicates", Long.toString(duplicates));
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
  }
}
