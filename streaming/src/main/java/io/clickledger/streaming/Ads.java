package io.clickledger.streaming;

import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.AdDirectory;
import java.time.Duration;
import java.time.Instant;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ads as the metadata store has them, read again at most once in {@code refresh} and only when
 * a batch asks. While the store is away, the last good copy serves.
 */
final class Ads {
  private static final Logger LOG = LoggerFactory.getLogger(Ads.class);

  private final JavaSparkContext spark;
  private final MetadataStore store;
  private final Duration refresh;
  private Broadcast<AdDirectory> current;
  private Instant readAt;
  private Instant askedAt;

  /** Reads the store once: a driver does not start without it. */
  Ads(JavaSparkContext spark, MetadataStore store, Duration refresh) {
    this.spark = spark;
    this.store = store;
    this.refresh = refresh;
    this.current = spark.broadcast(AdDirectory.of(store.adVersions()));
    this.readAt = Instant.now();
    this.askedAt = readAt;
  }

  /** The directory for a batch that begins now. */
  synchronized Broadcast<AdDirectory> asOf(Instant now) {
    if (now.isAfter(askedAt.plus(refresh))) {
      askedAt = now;
      try {
        Broadcast<AdDirectory> next = spark.broadcast(AdDirectory.of(store.adVersions()));
        current.unpersist(false);
        current = next;
        readAt = now;
      } catch (RuntimeException e) {
        LOG.warn("metadata store did not answer; ads of {} serve on: {}", readAt, e.toString());
      }
    }
    return current;
  }
}
