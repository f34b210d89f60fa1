package io.clickledger.lake.expire;

import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.commit.RawPosition;
import io.clickledger.lake.landed.Landings;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTag;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.schemas.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Expires the snapshots of every table but the ref tables', after recording landings in
 * audit.landings. Snapshots that are still needed stay: the newest commit of each streaming query
 * and all after it, raw.clicks from where CountClicks began its newest commit, the live snapshot of
 * the current publication, and whatever a branch or a tag names. Needs no Spark; may run
 * concurrently with appends, with a billing run and with itself.
 */
public final class SnapshotExpiry {
  private static final int THREADS = 8;

  /** Tables that streams append to, and audit.landings. */
  private final SortedMap<TableName, Table> tables = new TreeMap<>();

  /** Tables that billing runs write. */
  private final SortedMap<TableName, Table> nightly = new TreeMap<>();

  private final Publications publications;
  private final Landings landings;

  /** For a lake whose tables are loaded by this function. */
  public SnapshotExpiry(Function<TableName, Table> lake) {
    Stream.of(
            RawClicks.TABLE,
            RawRejectedClicks.TABLE,
            LiveClicksByMinute.TABLE,
            LiveFlaggedClicks.TABLE,
            AuditLandings.TABLE)
        .forEach(name -> tables.put(name, lake.apply(name)));
    // The ref tables grow with changes of metadata only, and runs name their snapshots.
    Tables.ALL.stream()
        .filter(name -> !tables.containsKey(name) && !name.namespace().equals("ref"))
        .forEach(name -> nightly.put(name, lake.apply(name)));
    this.publications = new Publications(lake.apply(BillingPublications.TABLE));
    this.landings = new Landings(tables.get(AuditLandings.TABLE), tables);
  }

  /**
   * What was done.
   *
   * @param landings ranges written to audit.landings
   * @param expired snapshots expired, by table
   */
  public record Done(int landings, SortedMap<TableName, Integer> expired) {
    @Override
    public String toString() {
      return "landings recorded: %d, snapshots expired: %s"
          .formatted(
              landings,
              expired.entrySet().stream()
                  .map(e -> e.getKey() + " " + e.getValue())
                  .collect(Collectors.joining(", ")));
    }
  }

  /**
   * Records, then expires.
   *
   * @param keep how long a snapshot stays readable at least
   */
  public Done run(Instant now, Duration keep) {
    int recorded = landings.record();
    SortedMap<TableName, Integer> expired = new TreeMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      Table live = tables.get(LiveClicksByMinute.TABLE);
      live.refresh();
      Optional<Long> counted = countedFrom(live);
      Optional<Publication> current = publications.current();
      current.ifPresent(publication -> keepPublished(live, publication));
      Instant before = now.minus(keep);
      tables.forEach(
          (name, table) -> {
            table.refresh();
            expired.put(name, expire(table, needed(name, counted), before, threads));
          });
      // Before the first publication, a billing run starts at the commit that created its table.
      if (current.isPresent()) {
        nightly.forEach(
            (name, table) -> {
              table.refresh();
              // While a billing run writes on its branch, that is one unbroken chain to main.
              expired.put(
                  name, hasBranches(table) ? 0 : expire(table, before.toEpochMilli(), threads));
            });
      }
    } finally {
      threads.shutdown();
    }
    return new Done(recorded, expired);
  }

  /**
   * The position where CountClicks started its newest commit: after a restart it may read from
   * there again.
   */
  private static Optional<Long> countedFrom(Table live) {
    if (live.currentSnapshot() == null) {
      return Optional.empty();
    }
    Optional<Long> counted = Optional.empty();
    for (Snapshot commit :
        SnapshotUtil.ancestorsOf(live.currentSnapshot().snapshotId(), live::snapshot)) {
      if (CommittedPosition.isOf(QueryNames.COUNT_CLICKS, commit)) {
        boolean isNewest = counted.isEmpty();
        counted =
            CommittedPosition.of(live, commit).map(r -> RawPosition.parse(r.to()).snapshotId());
        if (!isNewest) {
          break;
        }
      }
    }
    return counted;
  }

  private static void keepPublished(Table live, Publication current) {
    if (live.snapshot(current.liveSnapshotId()) != null) {
      TableRefs.tag(live, PublishedTag.NAME, current.liveSnapshotId());
    }
  }

  /** Predicates for the snapshots that must stay; all newer snapshots stay, too. */
  private List<Predicate<Snapshot>> needed(TableName name, Optional<Long> counted) {
    List<Predicate<Snapshot>> needed = new ArrayList<>();
    if (name.equals(LiveClicksByMinute.TABLE)) {
      needed.add(isOf(QueryNames.COUNT_CLICKS));
      needed.add(new SecondMatch(isOf(QueryNames.COUNT_CLICKS)));
    } else if (name.equals(LiveFlaggedClicks.TABLE)) {
      needed.add(isOf(QueryNames.COUNT_CLICKS));
    } else if (name.equals(AuditLandings.TABLE)) {
      needed.add(isOf(QueryNames.RECORD_LANDINGS));
    } else {
      OptionalLong recorded = landings.recordedEnd(name);
      needed.add(isOf(QueryNames.LAND_CLICKS));
      needed.add(commit -> recorded.isPresent() && commit.snapshotId() == recorded.getAsLong());
    }
    if (name.equals(RawClicks.TABLE)) {
      needed.add(commit -> counted.equals(Optional.of(commit.snapshotId())));
    }
    return needed;
  }

  private static Predicate<Snapshot> isOf(String query) {
    return commit -> CommittedPosition.isOf(query, commit);
  }

  /** Matches the second commit that {@code each} matches, from the newest back. */
  private static final class SecondMatch implements Predicate<Snapshot> {
    private final Predicate<Snapshot> each;
    private boolean first = true;

    SecondMatch(Predicate<Snapshot> each) {
      this.each = each;
    }

    @Override
    public boolean test(Snapshot commit) {
      boolean second = each.test(commit) && !first;
      first &= !each.test(commit);
      return second;
    }
  }

  /**
   * Iceberg goes back from the newest snapshot and stops at the first that is too old. So the limit
   * is never later than any snapshot that must stay, or lies on the way to it: a chain with a gap
   * ends there for whoever follows it. Where one of the needed is not found, nothing is expired.
   * The oldest of the needed commits may hold only an advance: then what came before it stays too,
   * back to the commit that holds the whole position.
   */
  private static int expire(
      Table table, List<Predicate<Snapshot>> needed, Instant before, ExecutorService threads) {
    if (table.currentSnapshot() == null) {
      return 0;
    }
    long limit = before.toEpochMilli();
    List<Predicate<Snapshot>> missing = new ArrayList<>(needed);
    for (Snapshot commit :
        SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot)) {
      limit = Math.min(limit, commit.timestampMillis());
      missing.removeIf(each -> each.test(commit));
      if (missing.isEmpty() && CommittedPosition.isWhole(commit)) {
        return expire(table, limit, threads);
      }
    }
    return 0;
  }

  private static int expire(Table table, long limit, ExecutorService threads) {
    if (table.currentSnapshot() == null) {
      return 0;
    }
    int expirable = expirable(table, limit);
    if (expirable == 0) {
      return 0;
    }
    table
        .expireSnapshots()
        .expireOlderThan(limit)
        .retainLast(1)
        .planWith(threads)
        .executeDeleteWith(threads)
        .commit();
    return expirable;
  }

  private static boolean hasBranches(Table table) {
    return table.refs().entrySet().stream()
        .anyMatch(
            ref -> ref.getValue().isBranch() && !ref.getKey().equals(SnapshotRef.MAIN_BRANCH));
  }

  private static int expirable(Table table, long limit) {
    Set<Long> named =
        table.refs().values().stream().map(SnapshotRef::snapshotId).collect(Collectors.toSet());
    int expirable = 0;
    for (Snapshot snapshot : table.snapshots()) {
      if (snapshot.timestampMillis() < limit && !named.contains(snapshot.snapshotId())) {
        expirable++;
      }
    }
    return expirable;
  }
}
