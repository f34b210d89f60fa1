package io.clickledger.serving.books;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import io.clickledger.serving.pins.Pins;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.trino.SqlFile;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.trino.TrinoQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** All publications up to the current one; read once for each new one. */
public final class Publications {
  private static final SqlFile BOOKS = SqlFile.named("published_books");

  private final Trino trino;
  private final Pins pins;
  private final AsyncCache<Long, List<PublishedBooks>> byNewest =
      Caffeine.newBuilder().maximumSize(2).buildAsync();

  /**
   * @param trino for what the API asks for itself: all requests share the answer
   */
  public Publications(Trino trino, Pins pins) {
    this.trino = trino;
    this.pins = pins;
  }

  /** All publications, ascending; none before the first one. */
  public CompletableFuture<List<PublishedBooks>> all() {
    return pins.current()
        .thenCompose(
            pin ->
                pin.publication()
                    .map(Publication::id)
                    .map(id -> byNewest.get(id, (newest, executor) -> read(newest)))
                    .orElseGet(() -> CompletableFuture.completedFuture(List.of())));
  }

  /**
   * The publication with this id, or the current one; empty before the first one. Fails with a 410
   * that names the nearest one where there is none with this id.
   */
  public CompletableFuture<Optional<PublishedBooks>> find(OptionalLong id) {
    return all().thenApply(all -> find(all, id));
  }

  private static Optional<PublishedBooks> find(List<PublishedBooks> all, OptionalLong id) {
    if (all.isEmpty() || id.isEmpty()) {
      return all.stream().reduce((earlier, later) -> later);
    }
    PublishedBooks nearest =
        all.stream()
            .min(
                Comparator.comparingLong(books -> Math.abs(books.publicationId() - id.getAsLong())))
            .orElseThrow();
    if (nearest.publicationId() != id.getAsLong()) {
      throw new ProblemException(
          new Problem(
                  410,
                  "no-such-publication",
                  "No such publication",
                  "there is no publication %d (any more); the nearest is %d of %s"
                      .formatted(id.getAsLong(), nearest.publicationId(), nearest.publishedAt()))
              .with("nearest_publication_id", nearest.publicationId()));
    }
    return Optional.of(nearest);
  }

  private CompletableFuture<List<PublishedBooks>> read(long newest) {
    return trino.ask(
        new TrinoQuery(BOOKS.name(), BOOKS.text(Map.of()), List.<Object>of(newest)),
        Publications::read);
  }

  private static List<PublishedBooks> read(ResultSet rows) throws SQLException {
    List<PublishedBooks> all = new ArrayList<>();
    while (rows.next()) {
      Map<String, Long> snapshotIds = new HashMap<>();
      for (String entry : rows.getString("snapshot_ids").split(",")) {
        int equals = entry.indexOf('=');
        snapshotIds.put(entry.substring(0, equals), Long.valueOf(entry.substring(equals + 1)));
      }
      all.add(
          new PublishedBooks(
              rows.getLong("publication_id"),
              rows.getString("run_id"),
              rows.getString("published_at"),
              rows.getString("through"),
              snapshotIds));
    }
    return all;
  }
}
