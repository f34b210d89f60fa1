package io.clickledger.serving.pins;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickledger.serving.trino.RowFilter;
import io.clickledger.serving.trino.SqlFile;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.trino.TrinoQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a pin's freshness, once for each live snapshot, publication and set of rows that are
 * counted.
 */
public final class FreshnessReader {

  private static final SqlFile FRESHNESS = SqlFile.named("freshness");
  private static final Duration INITIAL_LOOKBACK = Duration.ofHours(1);

  /** What freshness depends on. */
  private record Key(long liveSnapshotId, Optional<Publication> publication, RowFilter rows) {}

  private final Trino trino;
  private final AsyncCache<Key, Freshness> known =
      Caffeine.newBuilder().maximumSize(1_000).buildAsync();

  // landed_at grows from commit to commit: files before it are not opened again.
  private volatile Instant landedSince;

  public FreshnessReader(Trino trino) {
    this.trino = trino;
  }

  /**
   * @param rows which late clicks are counted: how many others have is not for everybody
   */
  public CompletableFuture<Freshness> of(Pin pin, RowFilter rows) {
    return known.get(
        new Key(pin.liveSnapshotId(), pin.publication(), rows),
        (key, executor) -> readSinceKnown(key, pin.asOf()));
  }

  private CompletableFuture<Freshness> readSinceKnown(Key key, Instant asOf) {
    Instant since = landedSince == null ? asOf.minus(INITIAL_LOOKBACK) : landedSince;
    return read(key, since)
        .thenCompose(
            freshness ->
                freshness.landedThrough().isPresent()
                    ? CompletableFuture.completedFuture(freshness)
                    : read(key, Instant.EPOCH))
        .thenApply(
            freshness -> {
              freshness.landedThrough().ifPresent(landed -> landedSince = landed);
              return freshness;
            });
  }

  private CompletableFuture<Freshness> read(Key key, Instant since) {
    List<Object> parameters = new ArrayList<>(List.of(since));
    parameters.addAll(LateClicks.parameters(key.publication(), key.rows()));
    TrinoQuery query =
        new TrinoQuery(
            FRESHNESS.name(),
            FRESHNESS.text(
                Map.of(
                    "live_version", TrinoQuery.asOf(key.liveSnapshotId()),
                    "pending", LateClicks.text(key.liveSnapshotId(), key.rows()))),
            parameters);
    return trino.ask(
        query,
        rows -> {
          rows.next();
          Optional<Instant> landed =
              rows.getString("landed_through") == null
                  ? Optional.empty()
                  : Optional.of(Pins.instant(rows, "landed_through"));
          return new Freshness(landed, rows.getLong("pending_late_clicks"));
        });
  }
}
