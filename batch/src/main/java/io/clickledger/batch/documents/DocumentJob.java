package io.clickledger.batch.documents;

import io.clickledger.batch.documents.books.Closings;
import io.clickledger.batch.documents.books.PublishedBooks;
import io.clickledger.batch.documents.content.Document;
import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.batch.documents.content.Money;
import io.clickledger.batch.documents.content.TieOut;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingLedger;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Makes the documents of a month. A final one is read from the publication that closed the month,
 * so that it has the same bytes for ever; a provisional one from the current publication.
 */
final class DocumentJob {
  private final SparkSession spark;
  private final DocumentKind kind;
  private final YearMonth month;

  DocumentJob(SparkSession spark, DocumentKind kind, YearMonth month) {
    this.spark = spark;
    this.kind = kind;
    this.month = month;
  }

  /**
   * The documents of a party, or of all parties with entries in the month.
   *
   * @throws RefusedException where they do not tie out with the books, saying by how much
   */
  List<Document> run(Optional<String> partyId) {
    Closings closings = Closings.of(spark, month);
    PublishedBooks books = new PublishedBooks(spark, closings.current(), kind, month);
    Optional<Closings.Closing> ofEverybody =
        kind == DocumentKind.INVOICE
            ? Optional.empty()
            : closings.ofEverybody(
                publication -> new PublishedBooks(spark, publication, kind, month).advertiserIds());
    SortedMap<Long, List<String>> byPublication = new TreeMap<>();
    Map<String, Instant> closedAt = new HashMap<>();
    for (String id : partyId.map(List::of).orElseGet(() -> List.copyOf(parties(books)))) {
      Optional<Closings.Closing> closing =
          kind == DocumentKind.INVOICE ? closings.of(id) : ofEverybody;
      closing.ifPresent(value -> closedAt.put(id, value.closedAt()));
      byPublication
          .computeIfAbsent(
              closing.map(Closings.Closing::publication).orElse(closings.current()).publicationId(),
              any -> new ArrayList<>())
          .add(id);
    }
    List<Document> documents = new ArrayList<>();
    byPublication.forEach(
        (publicationId, ids) ->
            documents.addAll(
                new DocumentAssembly(
                        new PublishedBooks(spark, closings.publication(publicationId), kind, month),
                        kind,
                        month)
                    .documents(ids, closedAt)));
    documents.sort(Comparator.comparing(document -> document.party().id()));
    requireTiedOut(documents, books);
    return documents;
  }

  private static SortedSet<String> parties(PublishedBooks books) {
    SortedSet<String> ids = new TreeSet<>();
    Stream.of(books.ledgerBalances(), books.adjustmentBalances())
        .flatMap(rows -> rows.select(PublishedBooks.PARTY).distinct().collectAsList().stream())
        .forEach(row -> ids.add(row.getString(0)));
    return ids;
  }

  /**
   * Each document with its own publication, and all together with the current one: what final
   * documents were read from long ago must still be in the books.
   */
  private void requireTiedOut(List<Document> documents, PublishedBooks current) {
    List<String> faults =
        new ArrayList<>(
            documents.stream().flatMap(document -> document.faults().stream()).toList());
    together(documents, current).stream()
        .filter(tieOut -> !tieOut.holds())
        .forEach(tieOut -> faults.add(tieOut.toString()));
    if (!faults.isEmpty()) {
      throw new RefusedException(
          "nothing was written, because documents do not tie out with the books:\n  "
              + String.join("\n  ", faults));
    }
  }

  /** All documents together and the accounts of the month, by currency. */
  List<TieOut> together(List<Document> documents, PublishedBooks current) {
    Collection<String> ids = documents.stream().map(document -> document.party().id()).toList();
    SortedMap<String, Long> booked = new TreeMap<>();
    Stream.of(current.ledgerBalances(), current.adjustmentBalances())
        .flatMap(rows -> rows.collectAsList().stream())
        .filter(row -> ids.contains(row.<String>getAs(PublishedBooks.PARTY)))
        .forEach(
            row ->
                booked.merge(
                    row.getAs(BillingLedger.CURRENCY),
                    row.<Long>getAs(PublishedBooks.MICROS),
                    Math::addExact));
    SortedMap<String, Long> documented = new TreeMap<>();
    documents.stream()
        .flatMap(document -> document.sections().stream())
        .forEach(
            section ->
                documented.merge(
                    section.currency(), section.exactTotal().micros(), Math::addExact));
    SortedSet<String> currencies = new TreeSet<>(booked.keySet());
    currencies.addAll(documented.keySet());
    return currencies.stream()
        .map(
            currency ->
                new TieOut(
                    "all documents of %s and the accounts of publication %d"
                        .formatted(month, current.publication().publicationId()),
                    new Money(documented.getOrDefault(currency, 0L), currency),
                    new Money(booked.getOrDefault(currency, 0L), currency)))
        .toList();
  }
}
