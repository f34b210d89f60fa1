package io.clickledger.ingestion.delivery;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import io.clickledger.ingestion.metrics.IngestionMetrics;
import io.clickledger.ingestion.spool.Spool;
import io.clickledger.ingestion.spool.SpooledClick;
import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ClickWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts clicks on the topic and says when every in-sync replica has them, or that they did not
 * within the delivery timeout. Waiting requests and bytes are limited. With a spool, clicks that
 * Kafka did not acknowledge, or that are beyond the limit, are kept there instead of failing; while
 * Kafka is known to be away they go there at once.
 */
public final class ClickProducer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClickProducer.class);
  private static final Duration METADATA_PERIOD = Duration.ofMillis(100);
  private static final Duration LOG_PERIOD = Duration.ofSeconds(10);

  /** The client expires clicks itself; this is for a client that died. */
  private static final Duration DELIVERY_MARGIN = Duration.ofSeconds(1);

  /** What a record takes beside its value: key, headers, its place in a batch. */
  private static final int RECORD_OVERHEAD_BYTES = 128;

  private final KafkaSettings settings;
  private final Executor executor;
  private final IngestionMetrics metrics;
  private final KafkaProducer<String, byte[]> kafka;
  private final Optional<Spool> spool;
  private final Optional<SpoolReplay> replay;
  private final ScheduledExecutorService topicRefresh;
  private final AtomicInteger waitingRequests = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong lostSinceLogged = new AtomicLong();
  private final AtomicLong nextLogNanos = new AtomicLong(System.nanoTime());

  /**
   * @param executor where futures complete: never on the client's only network thread, which a slow
   *     receiver of an answer would hold up for everybody
   * @param spool where clicks wait while Kafka is away; closed with this
   */
  public ClickProducer(
      KafkaSettings settings,
      Executor executor,
      IngestionMetrics metrics,
      TopicProbe probe,
      Optional<Spool> spool) {
    this.settings = settings;
    this.executor = executor;
    this.metrics = metrics;
    this.kafka = new KafkaProducer<>(KafkaClients.producer(settings));
    this.spool = spool;
    this.replay =
        spool.map(kept -> new SpoolReplay(kept, settings.clickTopic(), kafka, probe, metrics));
    metrics.waiting(waitingRequests::get, waitingBytes::get);
    // A send does not wait for metadata, so they are kept known from the start on, also while
    // nobody clicks. With no broker left at all the client forgets them: then a send fails at once
    // instead of at its timeout.
    this.topicRefresh =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "topic-metadata");
              thread.setDaemon(true);
              return thread;
            });
    topicRefresh.scheduleWithFixedDelay(
        this::askForMetadata, 0, METADATA_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Sends all clicks. The future completes when all are acknowledged, or all are in the spool, and
   * fails with a problem to answer when one is not; others of them may be on the topic then.
   */
  public CompletableFuture<Void> send(List<Click> clicks) {
    if (clicks.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<ProducerRecord<String, byte[]>> records = clicks.stream().map(this::record).toList();
    Delivery delivery = new Delivery(clicks.get(0).source(), records);
    if (isSpooling()) {
      return delivery.spooled("Kafka is away", null);
    }
    if (!delivery.reserve()) {
      return delivery.spooled("too many clicks wait for Kafka already", null);
    }
    delivery.sendAll();
    return delivery.acknowledged();
  }

  /** Whether Kafka is away and clicks go to the spool. */
  public boolean isSpooling() {
    return replay.isPresent() && replay.get().isAway();
  }

  private ProducerRecord<String, byte[]> record(Click click) {
    return new ProducerRecord<>(
        settings.clickTopic(),
        null,
        click.receivedAt().toEpochMilli(),
        click.clickId(),
        ClickWriter.write(click));
  }

  private static SpooledClick toSpool(ProducerRecord<String, byte[]> record) {
    return new SpooledClick(record.timestamp(), record.key(), record.value());
  }

  private void askForMetadata() {
    try {
      kafka.partitionsFor(settings.clickTopic());
    } catch (KafkaException | IllegalStateException e) {
      // Not known yet, or closed: this call made the client fetch them, and /ready reports the
      // cause.
      LOG.debug("no metadata of topic {}", settings.clickTopic(), e);
    }
  }

  private void warn(int clicks, Throwable cause) {
    long lost = lostSinceLogged.addAndGet(clicks);
    long now = System.nanoTime();
    long next = nextLogNanos.get();
    if (now - next >= 0 && nextLogNanos.compareAndSet(next, now + LOG_PERIOD.toNanos())) {
      lostSinceLogged.addAndGet(-lost);
      LOG.warn("{} clicks were not acknowledged by Kafka and answered with 503", lost, cause);
    }
  }

  /** Waits for what was sent; with nothing under way it returns at once. */
  @Override
  public void close() {
    topicRefresh.shutdownNow();
    replay.ifPresent(SpoolReplay::close);
    kafka.close(settings.deliveryTimeout().plus(DELIVERY_MARGIN));
    spool.ifPresent(Spool::close);
  }

  /** The clicks of one request on their way. */
  private final class Delivery implements Callback {

    private final Source source;
    private final List<ProducerRecord<String, byte[]>> records;
    private final long bytes;
    private final AtomicInteger unanswered;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final CompletableFuture<Void> answered = new CompletableFuture<>();

    Delivery(Source source, List<ProducerRecord<String, byte[]>> records) {
      this.source = source;
      this.records = records;
      this.bytes = records.stream().mapToLong(r -> r.value().length + RECORD_OVERHEAD_BYTES).sum();
      this.unanswered = new AtomicInteger(records.size());
    }

    /** Reserves room for the request; false beyond the limits. */
    boolean reserve() {
      int requests = waitingRequests.incrementAndGet();
      long allBytes = waitingBytes.addAndGet(bytes);
      if (requests <= settings.maxWaitingRequests() && allBytes <= settings.maxWaitingBytes()) {
        return true;
      }
      release();
      return false;
    }

    private void release() {
      waitingRequests.decrementAndGet();
      waitingBytes.addAndGet(-bytes);
    }

    void sendAll() {
      for (ProducerRecord<String, byte[]> click : records) {
        if (failure.get() != null) {
          onCompletion(null, failure.get());
          continue;
        }
        try {
          kafka.send(click, this);
        } catch (KafkaException | IllegalStateException e) {
          onCompletion(null, e);
        }
      }
    }

    @Override
    public void onCompletion(RecordMetadata written, Exception exception) {
      if (exception != null) {
        failure.compareAndSet(null, exception);
      }
      if (unanswered.decrementAndGet() > 0) {
        return;
      }
      release();
      if (failure.get() == null) {
        answered.complete(null);
      } else {
        answered.completeExceptionally(failure.get());
      }
    }

    CompletableFuture<Void> acknowledged() {
      Duration limit = settings.deliveryTimeout().plus(DELIVERY_MARGIN);
      return answered
          .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
          .handleAsync((nothing, cause) -> cause == null ? counted() : missed(cause), executor)
          .thenCompose(Function.identity());
    }

    private CompletableFuture<Void> counted() {
      metrics.acknowledged(source, records.size());
      return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> missed(Throwable cause) {
      String why =
          "Kafka did not acknowledge every click in time (kafka.delivery-timeout is %d ms)"
              .formatted(settings.deliveryTimeout().toMillis());
      if (SpoolReplay.isRefusal(cause)) {
        return CompletableFuture.failedFuture(notAcknowledged(why, cause));
      }
      replay.ifPresent(known -> known.setAway(cause));
      return spooled(why, cause);
    }

    /** Keeps all clicks in the spool: of none is it known that Kafka does not have it. */
    CompletableFuture<Void> spooled(String why, Throwable cause) {
      if (spool.isEmpty()) {
        return CompletableFuture.failedFuture(notAcknowledged(why, cause));
      }
      return spool
          .get()
          .append(records.stream().map(ClickProducer::toSpool).toList())
          .handleAsync(
              (nothing, failure) -> {
                if (failure != null) {
                  throw notAcknowledged(why + ", and " + failure.getMessage(), failure);
                }
                metrics.spooled(records.size());
                return nothing;
              },
              executor);
    }

    private ProblemException notAcknowledged(String why, Throwable cause) {
      metrics.notAcknowledged(source, records.size());
      warn(records.size(), cause);
      return new ProblemException(
          new Problem(
                  503,
                  "clicks-not-acknowledged",
                  "Clicks not acknowledged",
                  why + "; send all of them again, under the same click_id")
              .withHeader("Retry-After", Long.toString(settings.retryAfter().toSeconds())),
          cause);
    }
  }
}
