package io.clickledger.lake;

import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
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
 * Expires the snapshots of the tables that streams append to, after writing their landings down in
 * audit.landings. What anyone still needs stays: the newest commit of each streaming query and all
 * after it, raw.clicks from where CountClicks began its newest commit, the live snapshot of the
 * current publication, and whatever a branch or a tag names. Needs no Spark; may run beside appends
 * and beside itself.
 */
public final class SnapshotExpiry {
  /** The query that counts raw.clicks into live.clicks_by_minute. */
  public static final String COUNT_CLICKS = "count-clicks";

  /** Keeps the live snapshot that the current publication names. */
  static final String PUBLISHED = "published";

  private static final int THREADS = 8;

  private final SortedMap<TableName, Table> tables =
      new TreeMap<>(Comparator.comparing(TableName::toString));
  private final Publications publications;
  private final Landings landings;

  /** On a lake whose tables are found by name. */
  public SnapshotExpiry(Function<TableName, Table> lake) {
    Stream.of(
            RawClicks.TABLE,
            RawRejectedClicks.TABLE,
            LiveClicksByMinute.TABLE,
            LiveFlaggedClicks.TABLE,
            AuditLandings.TABLE)
        .forEach(name -> tables.put(name, lake.apply(name)));
    this.publications = new Publications(lake.apply(BillingPublications.TABLE));
    this.landings = new Landings(tables.get(AuditLandings.TABLE), tables);
  }

  /**
   * How long a snapshot stays readable.
   *
   * @param raw of the raw tables, of live.flagged_clicks and of audit.landings
   * @param live of live.clicks_by_minute: how far back an answer may be asked for
   * @param batch so many snapshots of a table are expired at once or none: each time costs a look
   *     at every snapshot that is kept
   */
  public record Keep(Duration raw, Duration live, int batch) {
    public Keep {
      if (raw.isNegative() || live.isNegative() || batch < 1) {
        throw new IllegalArgumentException(
            "snapshots are kept for no negative time and expired by 1 or more, was %s, %s, %d"
                .formatted(raw, live, batch));
      }
    }
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

  /** Records, then expires. */
  public Done run(Instant now, Keep keep) {
    int recorded = landings.record();
    SortedMap<TableName, Integer> expired =
        new TreeMap<>(Comparator.comparing(TableName::toString));
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      Table live = tables.get(LiveClicksByMinute.TABLE);
      live.refresh();
      Optional<Long> counted = countedFrom(live);
      publications.current().ifPresent(current -> keepPublished(live, current));
      tables.forEach(
          (name, table) -> {
            table.refresh();
            Instant before = now.minus(table == live ? keep.live() : keep.raw());
            expired.put(name, expire(table, needed(name, counted), before, keep.batch(), threads));
          });
    } finally {
      threads.shutdown();
    }
    return new Done(recorded, expired);
  }

  /** Where CountClicks began its newest commit: should it run again, it reads from there. */
  private static Optional<Long> countedFrom(Table live) {
    if (live.currentSnapshot() == null) {
      return Optional.empty();
    }
    for (Snapshot commit :
        SnapshotUtil.ancestorsOf(live.currentSnapshot().snapshotId(), live::snapshot)) {
      Map<String, String> summary = commit.summary();
      if (COUNT_CLICKS.equals(summary.get(Recorded.QUERY))) {
        String from = summary.getOrDefault(Recorded.FROM, summary.get(Recorded.TO));
        return Optional.of(RawPosition.parse(from).snapshotId());
      }
    }
    return Optional.empty();
  }

  private static void keepPublished(Table live, Publication current) {
    if (live.snapshot(current.liveSnapshotId()) != null) {
      Branches.tag(live, PUBLISHED, current.liveSnapshotId());
    }
  }

  /** What to look for from the newest snapshot back: all of it stays, and all on the way to it. */
  private Set<Predicate<Snapshot>> needed(TableName name, Optional<Long> counted) {
    Set<Predicate<Snapshot>> needed = new HashSet<>();
    if (name.equals(LiveClicksByMinute.TABLE) || name.equals(LiveFlaggedClicks.TABLE)) {
      needed.add(isOf(COUNT_CLICKS));
    } else if (name.equals(AuditLandings.TABLE)) {
      needed.add(isOf(Landings.QUERY));
    } else {
      Optional<String> recorded = landings.recordedEnd(name);
      needed.add(isOf(Landings.LAND_CLICKS));
      needed.add(
          commit ->
              Landings.isLanding(commit)
                  && recorded.equals(Optional.of(commit.summary().get(Recorded.TO))));
    }
    if (name.equals(RawClicks.TABLE)) {
      needed.add(commit -> counted.equals(Optional.of(commit.snapshotId())));
    }
    return needed;
  }

  private static Predicate<Snapshot> isOf(String query) {
    return commit -> query.equals(commit.summary().get(Recorded.QUERY));
  }

  /**
   * Iceberg goes back from the newest snapshot and stops at the first that is too old. So the limit
   * is never later than any snapshot that must stay, or lies on the way to it: a chain with a hole
   * ends there for whoever follows it. Where one of the needed is not found, nothing is expired.
   */
  private static int expire(
      Table table,
      Set<Predicate<Snapshot>> needed,
      Instant before,
      int batch,
      ExecutorService threads) {
    if (table.currentSnapshot() == null) {
      return 0;
    }
    long limit = before.toEpochMilli();
    Set<Predicate<Snapshot>> missing = new HashSet<>(needed);
    for (Snapshot commit :
        SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot)) {
      limit = Math.min(limit, commit.timestampMillis());
      missing.removeIf(each -> each.test(commit));
      if (missing.isEmpty()) {
        break;
      }
    }
    int expirable = missing.isEmpty() ? expirable(table, limit) : 0;
    if (expirable < batch) {
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
