package io.clickledger.streaming;

import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.AdDirectory;
import io.clickledger.rules.FraudRules;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ads, publishers and fraud rules as the metadata store has them, read again when a batch asks:
 * once in {@code refresh}, and for rules not heard of before. While the store is away, the last
 * good copy serves.
 */
final class Metadata {
  private static final Logger LOG = LoggerFactory.getLogger(Metadata.class);

  private final JavaSparkContext spark;
  private final MetadataStore store;
  private final Duration refresh;

  /** Versions of the rules whose every flag the copy knows. */
  private final Set<String> knownVersions = new HashSet<>();

  private Copy current;
  private Instant readAt;
  private Instant askedAt;

  /**
   * One reading of the store, on its way to the tasks.
   *
   * @param publisherDomains by publisher_id
   */
  record Copy(
      Broadcast<AdDirectory> ads,
      Broadcast<Map<String, String>> publisherDomains,
      Broadcast<FraudRules> rules) {

    private void forget() {
      ads.unpersist(false);
      publisherDomains.unpersist(false);
      rules.unpersist(false);
    }
  }

  /** Reads the store once: a driver does not start without it. */
  Metadata(JavaSparkContext spark, MetadataStore store, Duration refresh) {
    this.spark = spark;
    this.store = store;
    this.refresh = refresh;
    this.current = read();
    this.readAt = Instant.now();
    this.askedAt = readAt;
  }

  /** The copy for a batch that begins now. */
  synchronized Copy asOf(Instant now) {
    if (now.isAfter(askedAt.plus(refresh))) {
      readAgain(now);
    }
    return current;
  }

  /**
   * The copy for clicks that landed under these versions of the rules. One that this driver has not
   * read yet was published by now, and a copy that is read now knows its flags: rules only grow.
   */
  synchronized Copy knowing(Set<String> rulesVersions, Instant now) {
    asOf(now);
    if (!knownVersions.containsAll(rulesVersions)) {
      readAgain(now);
      knownVersions.addAll(rulesVersions);
    }
    return current;
  }

  private void readAgain(Instant now) {
    askedAt = now;
    try {
      Copy next = read();
      if (!next.rules().value().version().equals(current.rules().value().version())) {
        LOG.info("fraud rules {} are in force", next.rules().value().version());
      }
      current.forget();
      current = next;
      readAt = now;
    } catch (RuntimeException e) {
      LOG.warn("metadata store did not answer; its copy of {} serves on: {}", readAt, e.toString());
    }
  }

  private Copy read() {
    FraudRules rules = store.fraudRules();
    Copy copy =
        new Copy(
            spark.broadcast(AdDirectory.of(store.adVersions())),
            spark.broadcast(new HashMap<>(store.publisherDomains())),
            spark.broadcast(rules));
    knownVersions.add(rules.version());
    return copy;
  }
}
