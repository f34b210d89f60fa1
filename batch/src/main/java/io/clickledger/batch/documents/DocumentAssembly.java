package io.clickledger.batch.documents;

import static org.apache.spark.sql.functions.col;

import io.clickledger.batch.documents.books.PublishedBooks;
import io.clickledger.batch.documents.content.Balances;
import io.clickledger.batch.documents.content.Basis;
import io.clickledger.batch.documents.content.Document;
import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.batch.documents.content.LineKind;
import io.clickledger.batch.documents.content.Money;
import io.clickledger.batch.documents.content.Named;
import io.clickledger.batch.documents.content.Names;
import io.clickledger.batch.documents.content.Posting;
import io.clickledger.batch.documents.content.Section;
import io.clickledger.batch.documents.content.UnchargedClicks;
import io.clickledger.lake.publish.Publication;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Documents of one kind and month, out of the books of one publication. */
final class DocumentAssembly {
  private final PublishedBooks books;
  private final DocumentKind kind;
  private final YearMonth month;
  private final Map<String, String> zones = new HashMap<>();
  private final Names names;

  DocumentAssembly(PublishedBooks books, DocumentKind kind, YearMonth month) {
    this.books = books;
    this.kind = kind;
    this.month = month;
    Map<String, String> advertisers = new HashMap<>();
    for (Row row :
        books
            .latest(
                RefAdvertisers.TABLE,
                RefAdvertisers.ADVERTISER_ID,
                Map.of(
                    RefAdvertisers.NAME,
                    PublishedBooks.NAME,
                    RefAdvertisers.TIME_ZONE,
                    PublishedBooks.ZONE))
            .collectAsList()) {
      String id = row.getAs(PublishedBooks.ID);
      advertisers.put(id, row.getAs(PublishedBooks.NAME));
      zones.put(id, row.getAs(PublishedBooks.ZONE));
    }
    names =
        new Names(
            advertisers,
            names(RefCampaigns.TABLE, RefCampaigns.CAMPAIGN_ID),
            names(RefPublishers.TABLE, RefPublishers.PUBLISHER_ID));
  }

  private Map<String, String> names(TableName table, String idColumn) {
    Map<String, String> byId = new HashMap<>();
    books
        .latest(table, idColumn, Map.of(RefAdvertisers.NAME, PublishedBooks.NAME))
        .collectAsList()
        .forEach(row -> byId.put(row.getAs(PublishedBooks.ID), row.getAs(PublishedBooks.NAME)));
    return byId;
  }

  /** What a party has in the books. */
  private static final class Party {
    private final List<Posting> postings = new ArrayList<>();
    private final List<UnchargedClicks> uncharged = new ArrayList<>();
    private final SortedMap<String, Balances> balances = new TreeMap<>();
    private final SortedSet<String> runIds = new TreeSet<>();
    private final SortedSet<LocalDate> days = new TreeSet<>();
    private final SortedSet<String> advertisers = new TreeSet<>();
  }

  /**
   * The documents of the parties.
   *
   * @param closedAt when the month of a party was closed; those of others are provisional
   * @throws RefusedException where the metadata do not know a party
   */
  List<Document> documents(Collection<String> partyIds, Map<String, Instant> closedAt) {
    SortedMap<String, Party> parties = new TreeMap<>();
    partyIds.forEach(id -> parties.put(requireKnown(id), new Party()));
    for (Row row : of(books.ledgerLines(), partyIds)) {
      add(
          parties,
          row,
          Posting.ofLedger(
              LineKind.valueOf(row.getAs(PublishedBooks.KIND)),
              row.getAs(BillingLedger.ADVERTISER_ID),
              row.getAs(BillingLedger.CAMPAIGN_ID),
              row.<Long>getAs(PublishedBooks.CLICKS),
              money(row)));
    }
    for (Row row : of(books.adjustmentLines(), partyIds)) {
      add(
          parties,
          row,
          new Posting(
              LineKind.ADJUSTMENT,
              row.getAs(BillingLedger.ADVERTISER_ID),
              row.getAs(BillingLedger.CAMPAIGN_ID),
              row.getAs(PublishedBooks.CAUSES),
              Optional.of(YearMonth.parse(row.<String>getAs(PublishedBooks.CORRECTS))),
              row.<Long>getAs(PublishedBooks.CLICKS),
              money(row)));
    }
    of(books.ledgerBalances(), partyIds)
        .forEach(row -> addBalance(parties, row, row.<Long>getAs(PublishedBooks.MICROS), 0));
    of(books.adjustmentBalances(), partyIds)
        .forEach(row -> addBalance(parties, row, 0, row.<Long>getAs(PublishedBooks.MICROS)));
    of(books.unchargedClicks(), partyIds).forEach(row -> addUncharged(parties, row));
    List<Document> documents = new ArrayList<>();
    parties.forEach(
        (id, party) -> documents.add(document(id, party, Optional.ofNullable(closedAt.get(id)))));
    return documents;
  }

  private Document document(String id, Party party, Optional<Instant> closedAt) {
    if (kind == DocumentKind.INVOICE) {
      party.advertisers.add(id);
    }
    party.uncharged.sort(
        Comparator.comparing((UnchargedClicks clicks) -> clicks.advertiser().id())
            .thenComparing(clicks -> clicks.campaign().id())
            .thenComparing(UnchargedClicks::reason));
    SortedMap<String, Long> snapshotIds = new TreeMap<>();
    PublishedBooks.TABLES.forEach(
        table -> snapshotIds.put(table.toString(), publication().snapshotOf(table)));
    return new Document(
        kind,
        party(id),
        month,
        party.advertisers.stream()
            .map(zones::get)
            .filter(Objects::nonNull)
            .distinct()
            .sorted()
            .toList(),
        closedAt,
        Section.all(party.postings, party.uncharged, party.balances, names),
        new Basis(
            publication().publicationId(),
            publication().publishedAt(),
            publication().through(),
            snapshotIds,
            party.runIds,
            party.days.stream().findFirst(),
            party.days.stream().reduce((earlier, later) -> later)));
  }

  private Publication publication() {
    return books.publication();
  }

  private Named party(String id) {
    return kind == DocumentKind.INVOICE ? names.advertiser(id) : names.publisher(id);
  }

  private String requireKnown(String id) {
    Map<String, String> known =
        kind == DocumentKind.INVOICE ? names.advertisers() : names.publishers();
    if (!known.containsKey(id)) {
      throw new RefusedException(
          "no %s %s is known by publication %d"
              .formatted(kind.party(), id, publication().publicationId()));
    }
    return id;
  }

  private static void add(Map<String, Party> parties, Row row, Posting posting) {
    Party party = parties.get(row.<String>getAs(PublishedBooks.PARTY));
    party.postings.add(posting);
    party.advertisers.add(posting.advertiserId());
  }

  private static void addBalance(
      Map<String, Party> parties, Row row, long ledgerMicros, long adjustmentMicros) {
    Party party = parties.get(row.<String>getAs(PublishedBooks.PARTY));
    party.balances.merge(
        row.getAs(BillingLedger.CURRENCY),
        new Balances(
            ledgerMicros,
            adjustmentMicros,
            row.<Long>getAs(PublishedBooks.DEBITS),
            row.<Long>getAs(PublishedBooks.CREDITS)),
        Balances::plus);
    party.runIds.addAll(row.getList(row.fieldIndex(PublishedBooks.RUN_IDS)));
    party.days.add(row.<Date>getAs(PublishedBooks.FIRST_DAY).toLocalDate());
    party.days.add(row.<Date>getAs(PublishedBooks.LAST_DAY).toLocalDate());
  }

  private void addUncharged(Map<String, Party> parties, Row row) {
    parties
        .get(row.<String>getAs(PublishedBooks.PARTY))
        .uncharged
        .add(
            new UnchargedClicks(
                names.advertiser(row.getAs(BillingUnchargedClicks.ADVERTISER_ID)),
                names.campaign(row.getAs(BillingUnchargedClicks.CAMPAIGN_ID)),
                row.getAs(BillingUnchargedClicks.REASON),
                row.<Long>getAs(PublishedBooks.CLICKS),
                money(row)));
  }

  private static Money money(Row row) {
    return new Money(row.<Long>getAs(PublishedBooks.MICROS), row.getAs(BillingLedger.CURRENCY));
  }

  private static List<Row> of(Dataset<Row> rows, Collection<String> partyIds) {
    return rows.where(col(PublishedBooks.PARTY).isInCollection(partyIds)).collectAsList();
  }
}
