package io.clickledger.ingestion.delivery;

import io.clickledger.ingestion.metrics.IngestionMetrics;
import io.clickledger.ingestion.spool.SegmentReader;
import io.clickledger.ingestion.spool.Spool;
import io.clickledger.ingestion.spool.SpooledClick;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether Kafka is away, and sends what waits in the spool once it answers again. A segment
 * is removed after Kafka has acknowledged each of its clicks, so a kill repeats at most one. Kafka
 * is back when it has acknowledged clicks of the spool, not when it answers.
 */
final class SpoolReplay implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SpoolReplay.class);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(10);

  private final Spool spool;
  private final String topic;
  private final KafkaProducer<String, byte[]> kafka;
  private final TopicProbe probe;
  private final IngestionMetrics metrics;
  private final Thread thread = new Thread(this::run, "spool-replay");
  private volatile boolean away;
  private volatile boolean closed;

  SpoolReplay(
      Spool spool,
      String topic,
      KafkaProducer<String, byte[]> kafka,
      TopicProbe probe,
      IngestionMetrics metrics) {
    this.spool = spool;
    this.topic = topic;
    this.kafka = kafka;
    this.probe = probe;
    this.metrics = metrics;
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether a failure is the click's own: then Kafka would refuse it each time. */
  static boolean isRefusal(Throwable failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof InvalidRecordException
        || failure instanceof InvalidTimestampException;
  }

  boolean isAway() {
    return away;
  }

  void setAway(Throwable cause) {
    if (!away) {
      away = true;
      LOG.warn("Kafka does not acknowledge clicks: they go to the spool", cause);
    }
  }

  private void setBack() {
    if (away) {
      away = false;
      LOG.info("Kafka acknowledges clicks again; {} bytes wait in the spool", spool.bytes());
    }
  }

  private void run() {
    try {
      while (!closed) {
        Thread.sleep(PAUSE.toMillis());
        if ((away || spool.bytes() > 0) && answers()) {
          replay();
        }
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("the replay of the spool ends", e);
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      probe.ask();
      return true;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      LOG.debug("Kafka is away", e);
      return false;
    }
  }

  private void replay() throws InterruptedException {
    try {
      Optional<SegmentReader> oldest = spool.oldest();
      while (oldest.isPresent()) {
        SegmentReader segment = oldest.get();
        for (List<SpooledClick> clicks = segment.next();
            !clicks.isEmpty();
            clicks = segment.next()) {
          deliver(segment, clicks);
          setBack();
        }
        spool.remove(segment);
        oldest = spool.bytes() > 0 ? spool.oldest() : Optional.empty();
      }
      setBack();
    } catch (IOException e) {
      LOG.error("clicks of the spool cannot be read or set aside; they are tried again", e);
      // Kafka answers, so new clicks need not wait for what is wrong with the spool.
      setBack();
      Thread.sleep(PAUSE_AFTER_ERROR.toMillis());
    }
  }

  /** Returns when all are acknowledged or set aside. */
  private void deliver(SegmentReader segment, List<SpooledClick> clicks)
      throws IOException, InterruptedException {
    List<SpooledClick> unanswered = clicks;
    while (!unanswered.isEmpty()) {
      List<Sent> sent = unanswered.stream().map(this::send).toList();
      unanswered = new ArrayList<>();
      for (Sent each : sent) {
        Optional<Exception> failure = each.failure();
        if (failure.isEmpty()) {
          metrics.replayed(1);
        } else if (isRefusal(failure.get())) {
          segment.setAside(each.click(), failure.get());
        } else {
          setAway(failure.get());
          unanswered.add(each.click());
        }
      }
      if (!unanswered.isEmpty()) {
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }

  private Sent send(SpooledClick click) {
    Sent sent = new Sent(click, new CompletableFuture<>());
    try {
      kafka.send(
          new ProducerRecord<>(topic, null, click.timestamp(), click.key(), click.value()), sent);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      sent.onCompletion(null, e);
    }
    return sent;
  }

  /** A click on its way; the answer is empty, or why Kafka does not have it. */
  private record Sent(SpooledClick click, CompletableFuture<Optional<Exception>> answer)
      implements Callback {

    Optional<Exception> failure() throws InterruptedException {
      try {
        return answer.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("an answer is a value, never a failure", e);
      }
    }

    @Override
    public void onCompletion(RecordMetadata written, Exception exception) {
      answer.complete(Optional.ofNullable(exception));
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
