package io.clickledger.streaming.query;

import io.clickledger.metadata.MetadataState;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ads, publishers and fraud rules as the metadata store has them. The snapshot is read again when a
 * batch starts after a change notification, once per {@code refresh} interval, for an unknown
 * version of the rules, and where a batch has ids that the snapshot does not know. Only changed
 * parts are read and broadcast again. While the store is unavailable, the last good snapshot is
 * used.
 *
 * <p>Neither frequent changes of metadata nor unknown ids delay batches much: reads after
 * notifications take at most a tenth of the time, and reads for unknown ids are limited to one per
 * interval.
 *
 * <p>A thread releases its snapshot when it asks for the next one, as a query does for each batch.
 * A replaced broadcast is destroyed once no thread uses a snapshot that has it.
 */
public final class MetadataCache {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataCache.class);

  /** After a read, reads for notifications wait for this multiple of its duration. */
  private static final int MIN_REST = 10;

  /** Minimum time between two reads for unknown ids. */
  public static final Duration UNKNOWN_IDS_INTERVAL = Duration.ofSeconds(5);

  private final JavaSparkContext spark;
  private final MetadataStore store;
  private final Duration refresh;

  /** Whether a change was notified since the last read. */
  private final AtomicBoolean changed = new AtomicBoolean();

  /** Versions of the rules whose flags are all in the snapshot's rules. */
  private final Set<String> knownVersions = new HashSet<>();

  /** The snapshot that each thread has. */
  private final Map<Thread, Snapshot> inUse = new HashMap<>();

  /** Broadcasts that were replaced and are not destroyed yet. */
  private final List<Broadcast<?>> replaced = new ArrayList<>();

  private MetadataState state;
  private Snapshot current;
  private Instant readAt;
  private Instant askedAt;
  private Duration lastReadTime = Duration.ZERO;
  private Instant askedForUnknownAt = Instant.EPOCH;

  /** The result of one read, as broadcasts for the tasks. */
  public record Snapshot(
      Broadcast<VersionDirectory<AdVersion>> ads,
      Broadcast<VersionDirectory<PublisherDomain>> publishers,
      Broadcast<FraudRules> rules) {

    private List<Broadcast<?>> broadcasts() {
      return List.of(ads, publishers, rules);
    }
  }

  /** Reads the store; where it is unavailable, the driver does not start. */
  public MetadataCache(JavaSparkContext spark, MetadataStore store, Duration refresh) {
    this.spark = spark;
    this.store = store;
    this.refresh = refresh;
    this.state = store.state();
    FraudRules rules = store.fraudRules();
    this.current =
        new Snapshot(
            spark.broadcast(VersionDirectory.of(store.adVersions())),
            spark.broadcast(VersionDirectory.of(store.publisherDomains())),
            spark.broadcast(rules));
    this.knownVersions.add(rules.version());
    this.readAt = Instant.now();
    this.askedAt = readAt;
  }

  /**
   * Marks the snapshot as outdated, so that the next batch reads the store; safe for any thread.
   */
  public void changed() {
    changed.set(true);
  }

  /** The snapshot for a batch that begins now. */
  public synchronized Snapshot asOf(Instant now) {
    reloadIfDue(now);
    return use(current);
  }

  /**
   * The snapshot for clicks that landed under these versions of the rules. A version that this
   * driver has not read yet is published by now; since rules are never removed, a snapshot that is
   * read now has its flags.
   */
  public synchronized Snapshot withRules(Set<String> rulesVersions, Instant now) {
    reloadIfDue(now);
    if (!knownVersions.containsAll(rulesVersions)) {
      // Where the store did not answer, the next batch asks again.
      if (reload(now)) {
        knownVersions.addAll(rulesVersions);
      }
    }
    return use(current);
  }

  /**
   * A newer snapshot for a batch with unknown ids, if ads or publishers changed meanwhile. It keeps
   * the rules of the batch's snapshot.
   */
  public synchronized Optional<Snapshot> withNewIds(Snapshot snapshot, Instant now) {
    reloadIfDue(now);
    if (!now.isBefore(askedForUnknownAt.plus(UNKNOWN_IDS_INTERVAL))) {
      askedForUnknownAt = now;
      reload(now);
    }
    if (current.ads() == snapshot.ads() && current.publishers() == snapshot.publishers()) {
      return Optional.empty();
    }
    return Optional.of(use(new Snapshot(current.ads(), current.publishers(), snapshot.rules())));
  }

  private void reloadIfDue(Instant now) {
    Duration rest = lastReadTime.multipliedBy(MIN_REST);
    boolean rested = !now.isBefore(askedAt.plus(rest));
    if (now.isAfter(askedAt.plus(refresh)) || changed.get() && rested) {
      reload(now);
    }
  }

  /** Whether the store answered, and with rules that can be read. */
  private boolean reload(Instant now) {
    askedAt = now;
    // Reset before the read: later changes may be missing from its result.
    changed.set(false);
    long startedNanos = System.nanoTime();
    try {
      MetadataState next = store.state();
      // Everything is read before anything is replaced, so that a failure in between leaves the
      // last snapshot whole.
      VersionDirectory<AdVersion> ads =
          next.hasAdsOf(state) ? null : VersionDirectory.of(store.adVersions());
      VersionDirectory<PublisherDomain> publishers =
          next.hasPublishersOf(state) ? null : VersionDirectory.of(store.publisherDomains());
      boolean sameRules = next.hasRulesOf(state);
      Optional<FraudRules> rules = sameRules ? Optional.empty() : readableRules();
      Snapshot former = current;
      current =
          new Snapshot(
              replaceBroadcast(former.ads(), ads),
              replaceBroadcast(former.publishers(), publishers),
              replaceBroadcast(former.rules(), rules.orElse(null)));
      state = sameRules || rules.isPresent() ? next : next.withRulesOf(state);
      former.broadcasts().stream()
          .filter(broadcast -> !current.broadcasts().contains(broadcast))
          .forEach(replaced::add);
      readAt = now;
      rules
          .map(FraudRules::version)
          .filter(knownVersions::add)
          .ifPresent(version -> LOG.info("fraud rules {} are in force", version));
      return sameRules || rules.isPresent();
    } catch (RuntimeException e) {
      LOG.warn(
          "cannot refresh ads, publishers and rules; using those read at {}: {}",
          readAt,
          e.toString());
      return false;
    } finally {
      lastReadTime = Duration.ofNanos(System.nanoTime() - startedNanos);
    }
  }

  /** Rules that this program cannot read must not keep prices and owners from being renewed. */
  private Optional<FraudRules> readableRules() {
    try {
      return Optional.of(store.fraudRules());
    } catch (IllegalArgumentException e) {
      LOG.error(
          "the fraud rules published last cannot be read, those before stay in force: {}",
          e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * @param value null where it did not change
   */
  private <T> Broadcast<T> replaceBroadcast(Broadcast<T> broadcast, T value) {
    return value == null ? broadcast : spark.broadcast(value);
  }

  /** Makes this the thread's snapshot and releases its previous one. */
  private Snapshot use(Snapshot next) {
    inUse.keySet().removeIf(thread -> !thread.isAlive());
    inUse.put(Thread.currentThread(), next);
    replaced.removeIf(
        broadcast -> {
          boolean unused =
              inUse.values().stream()
                  .noneMatch(snapshot -> snapshot.broadcasts().contains(broadcast));
          if (unused) {
            // Not unpersist, which keeps the broadcast in the driver.
            broadcast.destroy();
          }
          return unused;
        });
    return next;
  }
}
