package io.clickledger.streaming;

import io.clickledger.metadata.MetadataState;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.AdVersion;
import io.clickledger.rules.FraudRules;
import io.clickledger.rules.PublisherDomain;
import io.clickledger.rules.VersionDirectory;
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
 * Ads, publishers and fraud rules as the metadata store has them. The store is asked again for what
 * changed when a batch begins after a change was told, once in {@code refresh}, for rules not heard
 * of before, and where a batch has ids that the copy does not know; only what changed is read and
 * broadcast again. While the store is away, the last good copy serves.
 *
 * <p>Neither who changes metadata all the time nor who sends unknown ids makes batches wait for the
 * store much: reading for told changes takes a tenth of the time at most, and for unknown ids the
 * store is asked once in a while.
 *
 * <p>A thread is done with a copy once it asks for the next one, as a query does for its next
 * batch. A broadcast that was replaced is destroyed when no thread has a copy with it any more.
 */
final class Metadata {
  private static final Logger LOG = LoggerFactory.getLogger(Metadata.class);

  /** How many times as long as a reading took must pass before the next one of a told change. */
  private static final int MIN_REST = 10;

  /** How long after ids were unknown the store is not asked for unknown ids again. */
  static final Duration UNKNOWN_IDS_INTERVAL = Duration.ofSeconds(5);

  private final JavaSparkContext spark;
  private final MetadataStore store;
  private final Duration refresh;

  /** Whether a change was told since the store was asked. */
  private final AtomicBoolean changed = new AtomicBoolean();

  /** Versions of the rules whose every flag the copy knows. */
  private final Set<String> knownVersions = new HashSet<>();

  /** The copy that each thread has. */
  private final Map<Thread, Copy> inUse = new HashMap<>();

  /** Broadcasts that were replaced and are not destroyed yet. */
  private final List<Broadcast<?>> replaced = new ArrayList<>();

  private MetadataState state;
  private Copy current;
  private Instant readAt;
  private Instant askedAt;
  private Duration asking = Duration.ZERO;
  private Instant askedForUnknownAt = Instant.EPOCH;

  /** One reading of the store, on its way to the tasks. */
  record Copy(
      Broadcast<VersionDirectory<AdVersion>> ads,
      Broadcast<VersionDirectory<PublisherDomain>> publishers,
      Broadcast<FraudRules> rules) {

    private List<Broadcast<?>> broadcasts() {
      return List.of(ads, publishers, rules);
    }
  }

  /** Reads the store once: a driver does not start without it. */
  Metadata(JavaSparkContext spark, MetadataStore store, Duration refresh) {
    this.spark = spark;
    this.store = store;
    this.refresh = refresh;
    this.state = store.state();
    FraudRules rules = store.fraudRules();
    this.current =
        new Copy(
            spark.broadcast(VersionDirectory.of(store.adVersions())),
            spark.broadcast(VersionDirectory.of(store.publisherDomains())),
            spark.broadcast(rules));
    this.knownVersions.add(rules.version());
    this.readAt = Instant.now();
    this.askedAt = readAt;
  }

  /** Tells that something was changed: the next batch reads it. Any thread may tell. */
  void changed() {
    changed.set(true);
  }

  /** The copy for a batch that begins now. */
  synchronized Copy asOf(Instant now) {
    readAgainWhereDue(now);
    return use(current);
  }

  /**
   * The copy for clicks that landed under these versions of the rules. One that this driver has not
   * read yet was published by now, and a copy that is read now knows its flags: rules only grow.
   */
  synchronized Copy knowing(Set<String> rulesVersions, Instant now) {
    readAgainWhereDue(now);
    if (!knownVersions.containsAll(rulesVersions)) {
      // Where the store did not answer, the next batch asks again.
      if (readAgain(now)) {
        knownVersions.addAll(rulesVersions);
      }
    }
    return use(current);
  }

  /**
   * A copy for the batch that has ids which its own copy does not know, if there are other ads or
   * publishers by now. Its rules are those of the batch's copy.
   */
  synchronized Optional<Copy> withNewIds(Copy copy, Instant now) {
    readAgainWhereDue(now);
    if (!now.isBefore(askedForUnknownAt.plus(UNKNOWN_IDS_INTERVAL))) {
      askedForUnknownAt = now;
      readAgain(now);
    }
    if (current.ads() == copy.ads() && current.publishers() == copy.publishers()) {
      return Optional.empty();
    }
    return Optional.of(use(new Copy(current.ads(), current.publishers(), copy.rules())));
  }

  private void readAgainWhereDue(Instant now) {
    Duration rest = asking.multipliedBy(MIN_REST);
    boolean rested = !now.isBefore(askedAt.plus(rest));
    if (now.isAfter(askedAt.plus(refresh)) || changed.get() && rested) {
      readAgain(now);
    }
  }

  /** Whether the store answered, and with rules that can be read. */
  private boolean readAgain(Instant now) {
    askedAt = now;
    // Before the store is asked: what is told from here on may be missing from its answer.
    changed.set(false);
    long begun = System.nanoTime();
    try {
      MetadataState next = store.state();
      // All is read before any is replaced: where the store fails in between, all of the last copy
      // serves.
      VersionDirectory<AdVersion> ads =
          next.hasAdsOf(state) ? null : VersionDirectory.of(store.adVersions());
      VersionDirectory<PublisherDomain> publishers =
          next.hasPublishersOf(state) ? null : VersionDirectory.of(store.publisherDomains());
      boolean sameRules = next.hasRulesOf(state);
      Optional<FraudRules> rules = sameRules ? Optional.empty() : readableRules();
      Copy former = current;
      current =
          new Copy(
              newer(former.ads(), ads),
              newer(former.publishers(), publishers),
              newer(former.rules(), rules.orElse(null)));
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
          "metadata could not be read again; the copy of {} serves on: {}", readAt, e.toString());
      return false;
    } finally {
      asking = Duration.ofNanos(System.nanoTime() - begun);
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
  private <T> Broadcast<T> newer(Broadcast<T> broadcast, T value) {
    return value == null ? broadcast : spark.broadcast(value);
  }

  /** Gives this thread the copy in place of the one that it had. */
  private Copy use(Copy next) {
    inUse.keySet().removeIf(thread -> !thread.isAlive());
    inUse.put(Thread.currentThread(), next);
    replaced.removeIf(
        broadcast -> {
          boolean unused =
              inUse.values().stream().noneMatch(copy -> copy.broadcasts().contains(broadcast));
          if (unused) {
            // Not unpersist, which leaves the driver's copy.
            broadcast.destroy();
          }
          return unused;
        });
    return next;
  }
}
