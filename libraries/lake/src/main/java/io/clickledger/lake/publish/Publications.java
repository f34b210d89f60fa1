package io.clickledger.lake.publish;

import io.clickledger.lake.commit.CommitIdentity;
import io.clickledger.lake.commit.RecordFiles;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.ClosedDays;
import io.clickledger.schemas.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/**
 * The pointer that readers follow: billing.publications. A publication is appended only if the one
 * that it was computed upon is still the current one, checked within the commit itself.
 */
public final class Publications {
  /* A concurrent commit that is not a publication can only be a rewrite of files by upkeep: then the pointer is the same, and the append is retried on the new snapshot. */
  private static final int MAX_ATTEMPTS = 5;

  private final Table table;

  /** The publications in the table billing.publications. */
  public Publications(Table table) {
    this.table = table;
  }

  /** The publication that readers follow now; empty before the first. */
  public Optional<Publication> current() {
    table.refresh();
    return at(table.currentSnapshot());
  }

  /** Every publication, in order. */
  public List<Publication> all() {
    table.refresh();
    if (table.currentSnapshot() == null) {
      return List.of();
    }
    List<Publication> all = new ArrayList<>();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table).useSnapshot(table.currentSnapshot().snapshotId()).build()) {
      rows.forEach(row -> all.add(publication(row)));
    } catch (IOException e) {
      throw new UncheckedIOException("reading billing.publications", e);
    }
    all.sort(Comparator.comparing(Publication::publicationId));
    return all;
  }

  /**
   * Appends the publication that follows the one read before, given by its id.
   *
   * @throws StalePublicationException when another publication came in between; nothing is written
   */
  public void append(OptionalLong previousPublicationId, Publication next) {
    if (!next.previousPublicationId().equals(previousPublicationId)) {
      throw new IllegalArgumentException(
          "publication "
              + next.publicationId()
              + " does not follow the one read before, "
              + previousPublicationId);
    }
    DataFile file = null;
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      Snapshot read = table.currentSnapshot();
      OptionalLong current = id(at(read));
      if (!current.equals(previousPublicationId)) {
        throw new StalePublicationException(previousPublicationId, current);
      }
      if (file == null) {
        file =
            RecordFiles.write(table, "publication-" + next.publicationId(), List.of(row(next)))
                .iterator()
                .next();
      }
      try {
        new CommitIdentity()
            .commit(table, table.newAppend().appendFile(file), startingAt(read), () -> {});
        return;
      } catch (ValidationException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Another publication became the current one since the previous one was read. */
  public static final class StalePublicationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StalePublicationException(OptionalLong read, OptionalLong current) {
      super(
          "the publication read was "
              + (read.isPresent() ? read.getAsLong() : "none")
              + ", now the current one is "
              + (current.isPresent() ? current.getAsLong() : "none")
              + ": another billing run published in between");
    }
  }

  private static OptionalLong id(Optional<Publication> publication) {
    return publication.stream().mapToLong(Publication::publicationId).findFirst();
  }

  private static SnapshotAncestryValidator startingAt(Snapshot read) {
    return new SnapshotAncestryValidator() {
      @Override
      public boolean validate(Iterable<Snapshot> ancestors) {
        Iterator<Snapshot> newestFirst = ancestors.iterator();
        if (read == null) {
          return !newestFirst.hasNext();
        }
        return newestFirst.hasNext() && newestFirst.next().snapshotId() == read.snapshotId();
      }

      @Override
      public String errorMessage() {
        return "billing.publications changed since its current publication was read";
      }
    };
  }

  private Optional<Publication> at(Snapshot snapshot) {
    if (snapshot == null) {
      return Optional.empty();
    }
    OptionalLong greatest = greatestId(snapshot);
    if (greatest.isEmpty()) {
      return Optional.empty();
    }
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table)
            .useSnapshot(snapshot.snapshotId())
            .where(Expressions.equal(BillingPublications.PUBLICATION_ID, greatest.getAsLong()))
            .build()) {
      List<Publication> found = new ArrayList<>();
      rows.forEach(row -> found.add(publication(row)));
      if (found.size() != 1) {
        throw new IllegalStateException(
            "billing.publications has "
                + found.size()
                + " rows with publication_id "
                + greatest.getAsLong()
                + ", must be 1");
      }
      return Optional.of(found.get(0));
    } catch (IOException e) {
      throw new UncheckedIOException("reading billing.publications", e);
    }
  }

  /** The greatest publication_id, out of the files' column bounds: no file is opened for it. */
  private OptionalLong greatestId(Snapshot snapshot) {
    Types.NestedField id = table.schema().findField(BillingPublications.PUBLICATION_ID);
    try (CloseableIterable<FileScanTask> files =
        table.newScan().useSnapshot(snapshot.snapshotId()).includeColumnStats().planFiles()) {
      List<Long> bounds = new ArrayList<>();
      for (FileScanTask task : files) {
        ByteBuffer upper = task.file().upperBounds().get(id.fieldId());
        bounds.add(Conversions.<Long>fromByteBuffer(id.type(), upper));
      }
      return bounds.stream().max(Comparator.naturalOrder()).stream()
          .mapToLong(Long::longValue)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("planning billing.publications", e);
    }
  }

  private Record row(Publication publication) {
    Record row = RecordFiles.row(table);
    row.setField(BillingPublications.PUBLICATION_ID, publication.publicationId());
    row.setField(
        BillingPublications.PREVIOUS_PUBLICATION_ID,
        publication.previousPublicationId().isPresent()
            ? publication.previousPublicationId().getAsLong()
            : null);
    row.setField(BillingPublications.PUBLISHED_AT, utc(publication.publishedAt()));
    row.setField(BillingPublications.RUN_ID, publication.runId());
    row.setField(BillingPublications.THROUGH, utc(publication.through()));
    row.setField(BillingPublications.FINAL_SNAPSHOT_IDS, byName(publication.finalSnapshotIds()));
    row.setField(BillingPublications.LIVE_SNAPSHOT_ID, publication.liveSnapshotId());
    row.setField(BillingPublications.RAW_OFFSETS, new TreeMap<>(publication.rawOffsets()));
    row.setField(BillingPublications.LANDED_THROUGH, utc(publication.landedThrough()));
    row.setField(BillingPublications.RESTATED_DAYS, publication.restatedDays());
    row.setField(BillingPublications.CLOSED_BEFORE, publication.closed().before());
    row.setField(BillingPublications.CLOSED_DAYS, publication.closed().others());
    row.setField(BillingPublications.FINAL_ROWS, byName(publication.totals().rows()));
    row.setField(BillingPublications.COST_MICROS, new TreeMap<>(publication.totals().costMicros()));
    return row;
  }

  private static Map<String, Long> byName(Map<TableName, Long> values) {
    Map<String, Long> byName = new TreeMap<>();
    values.forEach((name, value) -> byName.put(name.toString(), value));
    return byName;
  }

  private static Map<TableName, Long> byTable(Object stored) {
    Map<TableName, Long> byTable = new TreeMap<>();
    ((Map<?, ?>) stored)
        .forEach((name, value) -> byTable.put(TableName.of(name.toString()), (Long) value));
    return byTable;
  }

  private static PublishedTotals totals(Record row) {
    Object rows = row.getField(BillingPublications.FINAL_ROWS);
    if (rows == null) {
      return PublishedTotals.UNKNOWN;
    }
    Map<String, Long> cost = new TreeMap<>();
    ((Map<?, ?>) row.getField(BillingPublications.COST_MICROS))
        .forEach((currency, micros) -> cost.put(currency.toString(), (Long) micros));
    return new PublishedTotals(byTable(rows), cost);
  }

  private static Publication publication(Record row) {
    Map<Integer, Long> offsets = new TreeMap<>();
    ((Map<?, ?>) row.getField(BillingPublications.RAW_OFFSETS))
        .forEach((partition, offset) -> offsets.put((Integer) partition, (Long) offset));
    return new Publication(
        (Long) row.getField(BillingPublications.PUBLICATION_ID),
        instant(row.getField(BillingPublications.PUBLISHED_AT)),
        (String) row.getField(BillingPublications.RUN_ID),
        instant(row.getField(BillingPublications.THROUGH)),
        byTable(row.getField(BillingPublications.FINAL_SNAPSHOT_IDS)),
        (Long) row.getField(BillingPublications.LIVE_SNAPSHOT_ID),
        offsets,
        instant(row.getField(BillingPublications.LANDED_THROUGH)),
        days(row.getField(BillingPublications.RESTATED_DAYS)),
        new ClosedDays(
            (LocalDate) row.getField(BillingPublications.CLOSED_BEFORE),
            days(row.getField(BillingPublications.CLOSED_DAYS))),
        totals(row));
  }

  private static List<LocalDate> days(Object value) {
    return ((List<?>) value).stream().map(LocalDate.class::cast).toList();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(Object value) {
    return ((OffsetDateTime) value).toInstant();
  }
}
