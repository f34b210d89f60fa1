package io.clickledger.serving.pins;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import io.clickledger.schemas.ClosedDays;
import io.clickledger.serving.trino.SqlFile;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.trino.TrinoQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Looks up what to pin answers to. Requests that come while a look-up is under way share it, and
 * its result serves until it is older than allowed.
 */
public final class Pins {

  private static final SqlFile PIN = SqlFile.named("pin");

  private final Trino trino;
  private final Clock clock;
  private final Duration allowedAge;

  private volatile Pin answered;

  private CompletableFuture<Pin> latest;
  private long startedNanos;

  // The pointer only ever moves on, so older publications need not be opened again.
  private volatile long knownPublicationId;

  public Pins(Trino trino, Clock clock, Duration allowedAge) {
    this.trino = trino;
    this.clock = clock;
    this.allowedAge = allowedAge;
  }

  /** What to pin an answer to now: looked up no longer ago than the age allowed. */
  public CompletableFuture<Pin> current() {
    return lookedUpWithin(allowedAge);
  }

  /**
   * What was looked up last, without waiting; empty before the first answer. One that is older than
   * this is looked up again, for whoever asks next.
   */
  public Optional<Pin> known(Duration age) {
    lookedUpWithin(age);
    return Optional.ofNullable(answered);
  }

  private synchronized CompletableFuture<Pin> lookedUpWithin(Duration age) {
    boolean reusable =
        latest != null
            && !latest.isCompletedExceptionally()
            && (!latest.isDone() || System.nanoTime() - startedNanos < age.toNanos());
    if (!reusable) {
      startedNanos = System.nanoTime();
      latest = lookUp();
    }
    return latest;
  }

  private CompletableFuture<Pin> lookUp() {
    Instant asOf = clock.instant();
    long known = knownPublicationId;
    return lookUp(asOf, known)
        .thenCompose(
            pin ->
                // A lake that was made anew counts its publications from one again.
                pin.publication().isEmpty() && known > 0
                    ? lookUp(asOf, 0)
                    : CompletableFuture.completedFuture(pin))
        .thenApply(
            pin -> {
              knownPublicationId = pin.publication().map(Publication::id).orElse(0L);
              answered = pin;
              return pin;
            });
  }

  private CompletableFuture<Pin> lookUp(Instant asOf, long knownPublicationId) {
    TrinoQuery query =
        new TrinoQuery(PIN.name(), PIN.text(Map.of()), List.<Object>of(knownPublicationId));
    return trino.ask(query, rows -> read(asOf, rows));
  }

  private static Pin read(Instant asOf, ResultSet rows) throws SQLException {
    if (!rows.next()) {
      throw new ProblemException(
          new Problem(
                  503,
                  "lake-unavailable",
                  "The lake does not answer",
                  "live.clicks_by_minute has no snapshot yet: migrate the lake")
              .withHeader("Retry-After", "5"));
    }
    return new Pin(asOf, rows.getLong("live_snapshot_id"), publication(rows));
  }

  private static Optional<Publication> publication(ResultSet rows) throws SQLException {
    long id = rows.getLong("publication_id");
    if (rows.wasNull()) {
      return Optional.empty();
    }
    return Optional.of(
        new Publication(
            id,
            instant(rows, "through"),
            instant(rows, "published_at"),
            instant(rows, "landed_through"),
            new ClosedDays(
                LocalDate.parse(rows.getString("closed_before")),
                days(rows.getString("closed_days"))),
            rows.getLong("restatements_snapshot_id"),
            snapshotIds(rows)));
  }

  private static List<LocalDate> days(String commaSeparated) {
    return commaSeparated.isEmpty()
        ? List.of()
        : Arrays.stream(commaSeparated.split(",")).map(LocalDate::parse).toList();
  }

  private static Map<FinalTable, Long> snapshotIds(ResultSet rows) throws SQLException {
    Map<FinalTable, Long> ids = new EnumMap<>(FinalTable.class);
    ids.put(FinalTable.DAY, (Long) rows.getObject("day_snapshot_id"));
    ids.put(FinalTable.QUARTER_HOUR, (Long) rows.getObject("quarter_hour_snapshot_id"));
    return ids;
  }

  static Instant instant(ResultSet rows, String column) throws SQLException {
    return OffsetDateTime.parse(rows.getString(column)).toInstant();
  }
}
