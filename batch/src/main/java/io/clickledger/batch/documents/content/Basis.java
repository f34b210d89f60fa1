package io.clickledger.batch.documents.content;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a document was read from, so that anybody can read it again.
 *
 * @param through clicks before this instant were final
 * @param snapshotIds the published snapshot of each table, by its name
 * @param runIds the runs that wrote the entries
 * @param firstDay first local day with entries; empty without any
 * @param lastDay last local day with entries
 */
public record Basis(
    long publicationId,
    Instant publishedAt,
    Instant through,
    SortedMap<String, Long> snapshotIds,
    SortedSet<String> runIds,
    Optional<LocalDate> firstDay,
    Optional<LocalDate> lastDay) {
  public Basis {
    snapshotIds = Collections.unmodifiableSortedMap(new TreeMap<>(snapshotIds));
    runIds = Collections.unmodifiableSortedSet(new TreeSet<>(runIds));
  }
}
