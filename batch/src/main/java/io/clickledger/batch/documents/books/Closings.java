package io.clickledger.batch.documents.books;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingPublications;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Which publications there are, and with which of them the month of each advertiser was closed: a
 * final document is read from that one, so that it has the same bytes for ever.
 */
public final class Closings {
  private final List<Publication> publications;
  private final Map<String, Closing> byAdvertiser = new HashMap<>();

  private Closings(List<Publication> publications) {
    this.publications = publications;
  }

  /** When and with which publication a month was closed. */
  public record Closing(Instant closedAt, Publication publication) {}

  /**
   * The closings of a month, as the current publication knows them.
   *
   * @throws RefusedException where nothing is published yet
   */
  public static Closings of(SparkSession spark, YearMonth month) {
    Closings closings =
        new Closings(new Publications(LakeTables.load(spark, BillingPublications.TABLE)).all());
    if (closings.publications.isEmpty()) {
      throw new RefusedException("nothing is published yet: there is nothing to invoice");
    }
    Long snapshotId = closings.current().finalSnapshotIds().get(BillingPeriods.TABLE);
    if (snapshotId != null) {
      spark
          .read()
          .option(SparkReadOptions.SNAPSHOT_ID, snapshotId)
          .table(BillingPeriods.TABLE.toString())
          .collectAsList()
          .forEach(row -> closings.add(row, month));
    }
    return closings;
  }

  private void add(Row row, YearMonth month) {
    if (YearMonth.from(row.<Date>getAs(BillingPeriods.MONTH).toLocalDate()).equals(month)) {
      String runId = row.getAs(BillingPeriods.RUN_ID);
      byAdvertiser.put(
          row.getAs(BillingPeriods.ADVERTISER_ID),
          new Closing(
              row.<Timestamp>getAs(BillingPeriods.CLOSED_AT).toInstant(),
              publications.stream()
                  .filter(publication -> publication.runId().equals(runId))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new IllegalStateException(
                              "%s was closed by run %s, which has no publication: its documents cannot be made again"
                                  .formatted(month, runId)))));
    }
  }

  /** What readers follow now. */
  public Publication current() {
    return publications.get(publications.size() - 1);
  }

  /**
   * A publication of before.
   *
   * @throws RefusedException where there was none with this id
   */
  public Publication publication(long id) {
    return publications.stream()
        .filter(publication -> publication.publicationId() == id)
        .findFirst()
        .orElseThrow(
            () ->
                new RefusedException(
                    "there is no publication %d, the current one is %d"
                        .formatted(id, current().publicationId())));
  }

  /** When the advertiser's month was closed; empty while it is open. */
  public Optional<Closing> of(String advertiserId) {
    return Optional.ofNullable(byAdvertiser.get(advertiserId));
  }

  /**
   * The first publication that had the month closed for every advertiser that it knew: nobody gets
   * entries of the month after it. Empty before.
   *
   * @param known the advertisers that a publication knows
   */
  public Optional<Closing> ofEverybody(Function<Publication, Set<String>> known) {
    return byAdvertiser.values().stream()
        .map(Closing::publication)
        .distinct()
        .sorted(Comparator.comparing(Publication::publicationId))
        .filter(publication -> closedBy(publication).keySet().containsAll(known.apply(publication)))
        .findFirst()
        .map(
            publication ->
                new Closing(
                    closedBy(publication).values().stream()
                        .map(Closing::closedAt)
                        .max(Instant::compareTo)
                        .orElseThrow(),
                    publication));
  }

  private Map<String, Closing> closedBy(Publication publication) {
    Map<String, Closing> closed = new HashMap<>(byAdvertiser);
    closed
        .values()
        .removeIf(closing -> closing.publication().publicationId() > publication.publicationId());
    return closed;
  }
}
