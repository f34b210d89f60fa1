package io.clickledger.serving.pins;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickledger.serving.trino.SqlFile;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.trino.TrinoQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Which UTC days were ever restated, read once for each snapshot of billing.restatements. */
public final class RestatedDays {

  private static final SqlFile RESTATED_DAYS = SqlFile.named("restated_days");

  private final Trino trino;
  private final AsyncCache<Long, NavigableSet<LocalDate>> known =
      Caffeine.newBuilder().maximumSize(8).buildAsync();

  public RestatedDays(Trino trino) {
    this.trino = trino;
  }

  /** Whether any day from the first on and before the end was restated. */
  public CompletableFuture<Boolean> anyOf(long snapshotId, LocalDate first, LocalDate end) {
    return known
        .get(snapshotId, (id, executor) -> read(id))
        .thenApply(days -> !days.subSet(first, end).isEmpty());
  }

  private CompletableFuture<NavigableSet<LocalDate>> read(long snapshotId) {
    return trino.ask(
        new TrinoQuery(
            RESTATED_DAYS.name(),
            RESTATED_DAYS.text(Map.of("version", TrinoQuery.asOf(snapshotId))),
            List.of()),
        RestatedDays::days);
  }

  private static NavigableSet<LocalDate> days(ResultSet rows) throws SQLException {
    NavigableSet<LocalDate> days = new TreeSet<>();
    while (rows.next()) {
      days.add(LocalDate.parse(rows.getString("day")));
    }
    return days;
  }
}
