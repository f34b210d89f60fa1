package io.clickledger.batch.documents;

import static io.clickledger.batch.billing.run.TestClick.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.audit.books.DocumentAudit;
import io.clickledger.batch.audit.offsets.Findings;
import io.clickledger.batch.billing.run.BillingLake;
import io.clickledger.batch.billing.run.TestRules;
import io.clickledger.batch.documents.TestBooks.Grain;
import io.clickledger.batch.documents.books.PublishedBooks;
import io.clickledger.batch.documents.content.Document;
import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.batch.documents.content.DocumentNumber;
import io.clickledger.batch.documents.content.Line;
import io.clickledger.batch.documents.content.Section;
import io.clickledger.batch.documents.content.TieOut;
import io.clickledger.batch.documents.format.DocumentFiles;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingPublications;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents of books in three currencies, some months of which are closed. */
class DocumentJobIT {
  private static final YearMonth OCTOBER = YearMonth.of(2026, 10);
  private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
  private static final YearMonth SEPTEMBER = YearMonth.of(2026, 9);
  private static final YearMonth BROKEN = YearMonth.of(2026, 8);

  private static final Grain EUR = new Grain("v-1", "c-1", "publisher-1", "EUR");
  private static final Grain EUR_OTHER_PAGES = new Grain("v-1", "c-1", "publisher-2", "EUR");
  private static final Grain SHORT = new Grain("v-1", "c-4", "publisher-1", "EUR");
  private static final Grain JPY = new Grain("v-2", "c-2", "publisher-1", "JPY");
  private static final Grain BHD = new Grain("v-3", "c-3", "publisher-1", "BHD");

  @TempDir private static Path folder;

  private static BillingLake lake;
  private static TestBooks books;
  private static Publication earliest;
  private static Publication closing;
  private static Publication newest;

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    // Clicks of unknown publishers are valid.
    FraudRulesPublication.publish(
        lake.postgres().dataSource(),
        TestRules.without(Set.of("publisher-mismatch"), "documents-1"));
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-1', '=Fjellhav & <Søn>', 'Asia/Kathmandu',"
            + " 'EUR'), ('v-2', 'Sakura', 'Asia/Tokyo', 'JPY'), ('v-3', 'Dilmun', 'Asia/Bahrain',"
            + " 'BHD'), ('v-4', 'No clicks', 'UTC', 'EUR')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-1', 'v-1', 'Winter Jackets', '2026-01-01'), ('c-2', 'v-2', 'Tea',"
            + " '2026-01-01'), ('c-3', 'v-3', 'Pearls', '2026-01-01')",
        "INSERT INTO metadata.campaigns VALUES ('c-4', 'v-1', 'Short', '2026-11-01', '2026-11-04')",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'c-1', 'A', 250000), ('ad-4', 'c-4', 'D', 300000)",
        "INSERT INTO metadata.publishers VALUES ('publisher-1', 'City Pulse', 'news.example', 70)",
        // Known only after the months in which it has clicks.
        "SET clickledger.valid_from = '2026-12-01 00:00:00+00'",
        "INSERT INTO metadata.publishers VALUES ('publisher-2', 'Northern Post', 'post.example', 60)",
        "SET clickledger.valid_from = '2026-11-05 10:07:00+00'",
        "UPDATE metadata.ads SET cpc_micros = 350000 WHERE ad_id = 'ad-1'",
        "RESET clickledger.valid_from");
    // Both sides of two local midnights. The run charges the fourth and the fifth of November.
    lake.land(
        Instant.parse("2026-11-06T01:00:00Z"),
        List.of(
            click("fourth", "2026-11-04T18:14:59Z"),
            click("fifth", "2026-11-04T18:15:00Z"),
            click("dearer", "2026-11-05T18:14:59Z"),
            click("dearer", "2026-11-05T18:14:59Z"),
            click("sixth", "2026-11-05T18:15:00Z"),
            click("last", "2026-11-04T18:14:59Z").by("user-1", "ad-4", "address-1"),
            click("after", "2026-11-04T18:15:00Z").by("user-2", "ad-4", "address-2"),
            click("unknown", "2026-11-04T18:00:00Z")
                .by("user-3", "ad-4", "address-3")
                .on("publisher-unknown")));
    lake.night(LocalDate.parse("2026-11-05"), Instant.parse("2026-11-06T02:00:00Z"));
    books = new TestBooks(lake.spark());

    // August does not balance; October is whole.
    books.entry("2026-08-05", EUR, "ADVERTISER_RECEIVABLE", 250_000, 0, 1);
    books.entry("2026-08-05", EUR, "PUBLISHER_PAYABLE", 0, 249_999, 1);
    books.charge("2026-10-01", EUR, 10, 2_504_999, 1_753_499);
    books.charge("2026-10-31", EUR, 2, 500_001, 350_000);
    books.overDeliver("2026-10-31", EUR, 1, 250_000);
    books.charge("2026-10-31", EUR_OTHER_PAGES, 4, 1_000_000, 600_000);
    books.charge("2026-10-15", JPY, 3, 10_500_000, 7_350_000);
    books.charge("2026-10-15", BHD, 1, 1_234_500, 864_150);
    books.charge("2026-09-10", EUR, 1, 250_000, 175_000);
    books.leaveUncharged("2026-10-02", EUR, "AFTER_CAMPAIGN", 5, 1_250_000);
    books.overDeliver("2026-11-05", EUR, 1, 350_000);
    earliest = books.publish(Instant.parse("2026-11-06T00:00:00Z"));

    // All of October is closed by the next run.
    List.of("v-1", "v-2", "v-3", "v-4")
        .forEach(id -> books.close(id, "2026-10", Instant.parse("2026-12-08T01:00:00Z")));
    books.close("v-1", "2026-09", Instant.parse("2026-12-08T01:00:00Z"));
    books.close("v-1", "2026-07", Instant.parse("2026-12-08T01:00:00Z"), "run-lost");
    closing = books.publish(Instant.parse("2026-12-08T00:00:00Z"));

    // Late clicks of October become adjustments in November, which is open.
    books.charge("2026-11-03", EUR, 8, 2_000_000, 1_400_000);
    books.charge("2026-11-06", EUR, 1, 350_000, 245_000);
    books.voidClick(id("fourth"), "2026-11-04T18:14:59Z", EUR, 250_000, "a test of the customer");
    books.charge("2026-11-03", JPY, 1, 3_500_000, 2_450_000);
    books.adjust("2026-10-31", "2026-11-30", EUR, "LATE_CLICKS", 2, 500_000, 350_000);
    books.adjust("2026-10-01", "2026-11-30", EUR, "VOIDED_CLICKS", -1, -250_000, -175_000);
    newest = books.publish(Instant.parse("2026-12-09T00:00:00Z"));

    // What nobody published yet.
    books.charge("2026-11-07", EUR, 1, 250_000, 175_000);
    books.write();
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void aFinalInvoiceHasALineForACampaignAndACreditForWhatWasPastItsBudget() {
    Document invoice = document(DocumentKind.INVOICE, OCTOBER, "v-1");

    assertThat(invoice.number()).hasToString("INV-2026-10-v-1");
    assertThat(invoice.isFinal()).isTrue();
    assertThat(invoice.zones()).containsExactly("Asia/Kathmandu");
    assertThat(invoice.basis().publicationId()).isEqualTo(closing.publicationId());
    assertThat(invoice.basis().firstDay()).contains(LocalDate.parse("2026-10-01"));
    assertThat(invoice.basis().lastDay()).contains(LocalDate.parse("2026-10-31"));
    Section section = only(invoice);
    // 4.005000 is a half: it goes to the even cent.
    assertThat(lines(section))
        .containsExactly(
            "1 CHARGE Winter Jackets  16 4005000 4.00",
            "2 OVER_DELIVERY Winter Jackets  1 -250000 -0.25");
    assertThat(section.total()).isEqualByComparingTo("3.75");
    assertThat(section.uncharged())
        .singleElement()
        .satisfies(
            clicks -> {
              assertThat(clicks.reason()).isEqualTo("AFTER_CAMPAIGN");
              assertThat(clicks.clicks()).isEqualTo(5);
            });
    assertThat(section.tieOuts()).hasSize(3).allMatch(TieOut::holds);
  }

  @Test
  void aProvisionalInvoiceHasAdjustmentsByCauseAndNothingUnpublished() {
    Document invoice = document(DocumentKind.INVOICE, NOVEMBER, "v-1");

    assertThat(invoice.number())
        .hasToString("DRAFT-INV-2026-11-" + newest.publicationId() + "-v-1");
    assertThat(invoice.isFinal()).isFalse();
    assertThat(lines(only(invoice)))
        .containsExactly(
            "1 CHARGE Winter Jackets  12 3200000 3.20",
            "2 CHARGE Short  1 300000 0.30",
            "3 OVER_DELIVERY Winter Jackets  1 -350000 -0.35",
            "4 ADJUSTMENT Winter Jackets LATE_CLICKS 2026-10 2 500000 0.50",
            "5 ADJUSTMENT Winter Jackets VOIDED_CLICKS 2026-10 -1 -250000 -0.25");
    assertThat(only(invoice).total()).isEqualByComparingTo("3.40");
  }

  @Test
  void aStatementHasASectionForEachCurrency() {
    Document statement = document(DocumentKind.STATEMENT, OCTOBER, "publisher-1");

    assertThat(statement.number()).hasToString("STM-2026-10-publisher-1");
    assertThat(statement.zones()).containsExactly("Asia/Bahrain", "Asia/Kathmandu", "Asia/Tokyo");
    assertThat(statement.sections())
        .extracting(section -> section.currency() + " " + lines(section) + " " + section.total())
        .containsExactly(
            "BHD [1 CHARGE Pearls  1 864150 0.864] 0.864",
            "EUR [1 CHARGE Winter Jackets  12 2103499 2.10] 2.10",
            "JPY [1 CHARGE Tea  3 7350000 7] 7");
    assertThat(document(DocumentKind.STATEMENT, NOVEMBER, "publisher-1").isFinal()).isFalse();
  }

  @Test
  void aStatementIsProvisionalWhileAnybodyMayGetEntries() {
    assertThat(document(DocumentKind.INVOICE, SEPTEMBER, "v-1").isFinal()).isTrue();
    assertThat(document(DocumentKind.STATEMENT, SEPTEMBER, "publisher-1").isFinal()).isFalse();
  }

  @Test
  void aMonthThatALostPublicationClosedHasNoDocuments() {
    assertThatThrownBy(() -> document(DocumentKind.INVOICE, YearMonth.of(2026, 7), "v-1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("2026-07 was closed by run run-lost, which has no publication");
  }

  @Test
  void allInvoicesOfAMonthAreItsReceivables() {
    assertThat(totals(DocumentKind.INVOICE, OCTOBER))
        .isEqualTo(booked("ADVERTISER_RECEIVABLE", OCTOBER, 1))
        .containsOnlyKeys("EUR", "JPY", "BHD");
    assertThat(totals(DocumentKind.INVOICE, NOVEMBER))
        .isEqualTo(booked("ADVERTISER_RECEIVABLE", NOVEMBER, 1));
  }

  @Test
  void allStatementsOfAMonthAreItsPayables() {
    assertThat(totals(DocumentKind.STATEMENT, OCTOBER))
        .isEqualTo(booked("PUBLISHER_PAYABLE", OCTOBER, -1));
    assertThat(totals(DocumentKind.STATEMENT, NOVEMBER))
        .isEqualTo(booked("PUBLISHER_PAYABLE", NOVEMBER, -1));
  }

  @Test
  void nothingIsWrittenThatDoesNotBalance() {
    assertThatThrownBy(() -> documents(DocumentKind.INVOICE, BROKEN, Optional.empty()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("DRAFT-INV-2026-08-" + newest.publicationId() + "-v-1")
        .hasMessageContaining("debits and credits")
        .hasMessageContaining("difference 0.000001");
  }

  @Test
  void theAuditFindsADocumentThatTheBooksDoNotHave() throws IOException {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    for (DocumentKind kind : DocumentKind.values()) {
      for (YearMonth month : List.of(OCTOBER, NOVEMBER)) {
        for (Document document : documents(kind, month, Optional.empty())) {
          DocumentFiles.write(document, kept);
        }
      }
    }
    assertThat(audited(kept)).isEmpty();

    Path invoice = kept.resolve("INV-2026-10-v-1.json");
    Files.writeString(
        invoice, Files.readString(invoice).replace("4005000", "4005001").replace("3.75", "3.76"));
    Files.copy(kept.resolve("INV-2026-10-v-2.json"), kept.resolve("INV-2026-10-v-4.json"));
    Path broken = Files.writeString(kept.resolve("INV-broken.json"), "{}");

    assertThat(audited(kept))
        .containsExactly(
            "INV-2026-10-v-1.json: its lines add up to 3.75, its total is 3.76",
            "INV-2026-10-v-1.json: its lines add up to 3755001 micros, total_micros is 3755000",
            "INV-2026-10-v-4.json: its number is INV-2026-10-v-2",
            "%s: it is no document: there is no number".formatted(broken.getFileName()));
  }

  @Test
  void theAuditFindsAFinalStatementThatTheClosingPublicationDoesNotHave() throws IOException {
    Path kept = Files.createDirectory(folder.resolve("statements"));
    Document statement = document(DocumentKind.STATEMENT, OCTOBER, "publisher-1");
    DocumentFiles.write(statement, kept);
    Path file = kept.resolve("STM-2026-10-publisher-1.json");
    String text = Files.readString(file);
    assertThat(audited(kept)).isEmpty();

    Files.writeString(file, text.replace("2103499", "2103500"));
    assertThat(audited(kept))
        .containsExactly(
            "STM-2026-10-publisher-1.json: it says 2103500 micros EUR, publication %d has 2103499"
                .formatted(closing.publicationId()),
            "STM-2026-10-publisher-1.json: it says 2103500 micros EUR, publication %d has 2103499"
                .formatted(newest.publicationId()));

    Files.writeString(
        file,
        text.replace(
            "\"publication_id\" : " + closing.publicationId(),
            "\"publication_id\" : " + earliest.publicationId()));
    assertThat(audited(kept))
        .containsExactly(
            "STM-2026-10-publisher-1.json: it is final by publication %d, and publication %d closed 2026-10"
                .formatted(earliest.publicationId(), closing.publicationId()));

    Path open = kept.resolve("STM-2026-11-publisher-1.json");
    Files.delete(file);
    DocumentFiles.write(document(DocumentKind.STATEMENT, NOVEMBER, "publisher-1"), kept);
    String draft =
        Files.readString(
            kept.resolve(
                "DRAFT-STM-2026-11-%d-publisher-1.json".formatted(newest.publicationId())));
    Files.writeString(
        open,
        draft
            .replace("DRAFT-STM-2026-11-" + newest.publicationId(), "STM-2026-11")
            .replace("\"closed_at\" : null", "\"closed_at\" : \"2026-12-08T01:00:00Z\""));
    assertThat(audited(kept))
        .containsExactly("STM-2026-11-publisher-1.json: it is final, and 2026-11 is not closed");
  }

  private static List<String> audited(Path kept) {
    Findings findings = new Findings();
    new DocumentAudit(
            lake.spark(),
            new Publications(LakeTables.load(lake.spark(), BillingPublications.TABLE)).all(),
            findings)
        .check(kept);
    return findings.sentences();
  }

  @Test
  void refusesAnAdvertiserThatNobodyKnows() {
    assertThatThrownBy(() -> document(DocumentKind.INVOICE, OCTOBER, "v-9"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no advertiser v-9");
  }

  @Test
  void whoHadNoClicksGetsADocumentThatSaysSo() throws IOException {
    Document invoice = document(DocumentKind.INVOICE, OCTOBER, "v-4");

    assertThat(invoice.sections()).isEmpty();
    assertThat(Files.readString(DocumentFiles.write(invoice, folder).get(1)))
        .contains("There are no entries in this month.");
  }

  @Test
  void anEarlierPublicationHasNoLedger() {
    assertThatThrownBy(
            () ->
                new PublishedBooks(
                    lake.spark(), withoutLedger(newest), DocumentKind.INVOICE, OCTOBER))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("has no ledger");
  }

  @Test
  void theClicksOfADayAddUpToItsChargeAtTheirOwnPrices() throws IOException {
    List<String> printed = new ArrayList<>();
    Path file = folder.resolve("clicks.csv");

    assertThat(
            explain("DRAFT-INV-2026-11-" + earliest.publicationId() + "-v-1", "c-1", printed, file))
        .isEmpty();

    List<String[]> clicks =
        Files.readAllLines(file).stream().map(row -> row.split(",", -1)).toList();
    assertThat(clicks)
        .extracting(
            fields -> String.join(" ", fields[0], fields[2], fields[3], fields[6], fields[8]))
        .containsExactly(
            "clicked_at billing_day outcome price price_version",
            "2026-11-04T18:14:59Z 2026-11-04 CHARGED 0.250000 " + version(250_000),
            "2026-11-04T18:15:00Z 2026-11-05 CHARGED 0.250000 " + version(250_000),
            "2026-11-05T18:14:59Z 2026-11-05 CHARGED 0.350000 " + version(350_000),
            "2026-11-05T18:14:59Z 2026-11-05 NOT_VALID 0.350000 " + version(350_000),
            "2026-11-05T18:15:00Z 2026-11-06 DAY_NOT_OVER 0.350000 " + version(350_000));
    assertThat(clicks.get(1)[1]).isEqualTo(id("fourth"));
    assertThat(printed)
        .contains(
            "CHARGED: 3 clicks, 0.850000",
            "NOT_VALID: 1 clicks, 0.350000",
            "DAY_NOT_OVER: 1 clicks, 0.350000",
            "past a budget on 2026-11-05, charged and credited: 1 clicks, 0.350000 EUR",
            "billing.ledger has the same: 3 clicks, 0.850000 EUR on 2 days");
    assertThat(printed).contains("... and 3 more: all are in " + file);
  }

  @Test
  void clicksAfterTheirCampaignOrOfUnknownPublishersAreUncharged() throws IOException {
    List<String> printed = new ArrayList<>();

    assertThat(
            explain(
                "DRAFT-INV-2026-11-" + newest.publicationId() + "-v-1",
                "c-4",
                printed,
                folder.resolve("short.csv")))
        .isEmpty();

    assertThat(printed)
        .contains(
            "CHARGED: 1 clicks, 0.300000",
            "AFTER_CAMPAIGN: 1 clicks, 0.300000",
            "UNKNOWN_PUBLISHER: 1 clicks, 0.300000");
  }

  @Test
  void chargesWithoutClicksAreFoundWithTheirDayAndAmount() throws IOException {
    List<String> printed = new ArrayList<>();

    assertThat(
            explain(
                "DRAFT-INV-2026-11-" + newest.publicationId() + "-v-1",
                "c-1",
                printed,
                folder.resolve("wrong.csv")))
        .containsExactly(
            "2026-11-03: the clicks are 0 clicks, 0.000000 EUR, the ledger has 8 clicks, 2.000000:"
                + " it is above them by 8 clicks, 2.000000");
    assertThat(printed)
        .anyMatch(line -> line.contains("CHARGED, VOIDED"))
        .contains("voided, among those charged, and taken back by adjustments: 1 clicks, 0.250000");
  }

  private static List<String> explain(
      String invoice, String campaign, List<String> printed, Path file) throws IOException {
    DocumentNumber number = DocumentNumber.parse(invoice);
    return new ExplainJob(ExplainMain.books(lake.spark(), number), printed::add)
        .run(
            ExplainedLine.ofMonth(number.partyId(), campaign, number.month()),
            2,
            Optional.of(file));
  }

  private static String id(String click) {
    return UUID.nameUUIDFromBytes(click.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static String version(long price) {
    return lake.spark()
        .sql("SELECT CAST(version_id AS STRING) FROM ref.ads WHERE cpc_micros = " + price)
        .first()
        .getString(0);
  }

  private static Publication withoutLedger(Publication publication) {
    return new Publication(
        publication.publicationId(),
        publication.publishedAt(),
        publication.runId(),
        publication.through(),
        Map.of(),
        publication.liveSnapshotId(),
        publication.rawOffsets(),
        publication.landedThrough(),
        publication.restatedDays(),
        publication.closed(),
        publication.totals());
  }

  private static Document document(DocumentKind kind, YearMonth month, String party) {
    List<Document> documents = documents(kind, month, Optional.of(party));
    assertThat(documents).hasSize(1);
    return documents.get(0);
  }

  private static List<Document> documents(
      DocumentKind kind, YearMonth month, Optional<String> party) {
    return new DocumentJob(lake.spark(), kind, month).run(party);
  }

  private static Section only(Document document) {
    assertThat(document.sections()).hasSize(1);
    return document.sections().get(0);
  }

  private static List<String> lines(Section section) {
    List<String> lines = new ArrayList<>();
    for (Line line : section.lines()) {
      lines.add(
          "%d %s %s %s%s %d %d %s"
              .formatted(
                  line.number(),
                  line.kind(),
                  line.campaign().name(),
                  line.causes(),
                  line.corrects().map(month -> " " + month).orElse(""),
                  line.clicks(),
                  line.money().micros(),
                  line.amount()));
    }
    return lines;
  }

  private static Map<String, Long> totals(DocumentKind kind, YearMonth month) {
    Map<String, Long> totals = new TreeMap<>();
    documents(kind, month, Optional.empty()).stream()
        .flatMap(document -> document.sections().stream())
        .forEach(
            section -> totals.merge(section.currency(), section.exactTotal().micros(), Long::sum));
    return totals;
  }

  /** By SQL that shares nothing with the documents. */
  private static Map<String, Long> booked(String account, YearMonth month, int sign) {
    Map<String, Long> booked = new TreeMap<>();
    for (Row row :
        lake.spark()
            .sql(
                """
                SELECT currency, sum(debit_micros - credit_micros)
                FROM (SELECT account, currency, debit_micros, credit_micros, billing_day AS day
                      FROM billing.ledger VERSION AS OF %d
                      UNION ALL
                      SELECT account, currency, debit_micros, credit_micros, booked_on
                      FROM billing.adjustments VERSION AS OF %d)
                WHERE account = '%s' AND date_format(day, 'yyyy-MM') = '%s'
                GROUP BY currency"""
                    .formatted(
                        newest.snapshotOf(PublishedBooks.TABLES.get(0)),
                        newest.snapshotOf(PublishedBooks.TABLES.get(1)),
                        account,
                        month))
            .collectAsList()) {
      booked.put(row.getString(0), sign * row.getLong(1));
    }
    return booked;
  }
}
