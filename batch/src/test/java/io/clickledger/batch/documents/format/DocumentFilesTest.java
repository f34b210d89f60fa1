package io.clickledger.batch.documents.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.univocity.parsers.common.record.Record;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentFilesTest {
  private static final String HOSTILE =
      "=HYPERLINK(\"https://evil.example\")</td><script>alert('1')</script>&amp;";

  @TempDir private Path folder;

  @Test
  void anInvoiceIsThreeFilesNamedByItsNumber() throws IOException {
    List<Path> files = DocumentFiles.write(invoice("Fjellhav", Optional.empty()), folder);

    assertThat(files)
        .containsExactly(
            folder.resolve("DRAFT-INV-2026-11-7-v-1.csv"),
            folder.resolve("DRAFT-INV-2026-11-7-v-1.html"),
            folder.resolve("DRAFT-INV-2026-11-7-v-1.json"));
    try (var all = Files.list(folder)) {
      assertThat(all).hasSize(3);
    }
  }

  @Test
  void writesTheSameBytesAgain() throws IOException {
    Document invoice = invoice("Fjellhav", Optional.of(Instant.parse("2027-01-09T00:00:00Z")));
    Path file = DocumentFiles.write(invoice, folder).get(1);
    byte[] first = Files.readAllBytes(file);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      DocumentFiles.write(invoice, folder);
    } finally {
      Locale.setDefault(before);
    }

    assertThat(file).hasFileName("INV-2026-11-v-1.html").hasBinaryContent(first);
  }

  @Test
  void noNameBecomesAFormula() throws IOException {
    for (Record row : csv(invoice(HOSTILE, Optional.empty()))) {
      for (String cell : row.getValues()) {
        assertThat(cell).doesNotStartWith("=");
      }
    }
    assertThat(csv(invoice(HOSTILE, Optional.empty())).get(0).getString("party_name"))
        .isEqualTo("'" + HOSTILE);
  }

  @Test
  void aCreditIsANumberInCsv() throws IOException {
    Record credit =
        csv(invoice("Fjellhav", Optional.empty())).stream()
            .filter(row -> row.getString("entry").equals("OVER_DELIVERY"))
            .findFirst()
            .orElseThrow();

    assertThat(credit.getString("amount")).isEqualTo("-0.50");
    assertThat(credit.getString("amount_micros")).isEqualTo("-500000");
  }

  @Test
  void csvHasLinesTotalInformationAndBooks() throws IOException {
    assertThat(csv(invoice("Fjellhav", Optional.empty())))
        .extracting(
            row ->
                row.getString("entry")
                    + " "
                    + row.getString("amount")
                    + " "
                    + row.getString("amount_micros"))
        .containsExactly(
            "CHARGE 12345678.90 12345678905000",
            "OVER_DELIVERY -0.50 -500000",
            "ADJUSTMENT 0.25 250000",
            "TOTAL 12345678.65 12345678655000",
            "UNCHARGED  40000",
            "LEDGER  12345678405000",
            "LEDGER  250000",
            "LEDGER  99");
  }

  @Test
  void noNameBecomesAPartOfThePage() throws IOException {
    String page = page(invoice(HOSTILE, Optional.empty()));

    assertThat(page)
        .doesNotContain("<script")
        .contains("&lt;script&gt;alert(&apos;1&apos;)&lt;/script&gt;&amp;amp;");
  }

  @Test
  void thePageLoadsNothing() throws IOException {
    String page = page(invoice("Fjellhav", Optional.empty()));

    assertThat(page)
        .contains("default-src 'none'")
        .doesNotContainPattern("(?i)\\b(src|href)\\s*=|url\\(|@import");
  }

  @Test
  void aProvisionalPageSaysThatItIsNotToBePaid() throws IOException {
    assertThat(page(invoice("Fjellhav", Optional.empty()))).contains("Do not pay by this document");
    assertThat(page(invoice("Fjellhav", Optional.of(Instant.parse("2027-01-09T00:00:00Z")))))
        .doesNotContain("Do not pay")
        .contains("2027-01-09 00:00:00 UTC");
  }

  @Test
  void jsonHasAmountsAsTextAndMicrosAsNumbers() throws IOException {
    Path file = DocumentFiles.write(invoice("Fjellhav", Optional.empty()), folder).get(2);
    JsonNode section = new ObjectMapper().readTree(file.toFile()).path("sections").path(0);

    assertThat(section.path("total").textValue()).isEqualTo("12345678.65");
    assertThat(section.path("total_micros").isIntegralNumber()).isTrue();
    assertThat(section.path("lines").path(1).path("amount").textValue()).isEqualTo("-0.50");
    assertThat(section.path("tie_outs")).allMatch(tieOut -> tieOut.path("holds").asBoolean());
  }

  /** By Spark's parser: that of commons-csv needs a newer commons-io than Spark has. */
  private List<Record> csv(Document document) throws IOException {
    CsvParserSettings settings = new CsvParserSettings();
    settings.setHeaderExtractionEnabled(true);
    settings.setEmptyValue("");
    settings.setNullValue("");
    return new CsvParser(settings)
        .parseAllRecords(DocumentFiles.write(document, folder).get(0).toFile());
  }

  private String page(Document document) throws IOException {
    return Files.readString(DocumentFiles.write(document, folder).get(1));
  }

  private static Document invoice(String name, Optional<Instant> closedAt) {
    Names names = new Names(Map.of("v-1", name), Map.of("c-1", name), Map.of());
    return new Document(
        DocumentKind.INVOICE,
        new Named("v-1", name),
        YearMonth.of(2026, 11),
        List.of("Asia/Kathmandu"),
        closedAt,
        Section.all(
            List.of(
                Posting.ofLedger(
                    LineKind.CHARGE, "v-1", "c-1", 7, new Money(12_345_678_905_000L, "EUR")),
                Posting.ofLedger(
                    LineKind.OVER_DELIVERY, "v-1", "c-1", 2, new Money(-500_000, "EUR")),
                new Posting(
                    LineKind.ADJUSTMENT,
                    "v-1",
                    "c-1",
                    "LATE_CLICKS",
                    Optional.of(YearMonth.of(2026, 10)),
                    1,
                    new Money(250_000, "EUR"))),
            List.of(
                new UnchargedClicks(
                    names.advertiser("v-1"),
                    names.campaign("c-1"),
                    "AFTER_CAMPAIGN",
                    3,
                    new Money(40_000, "EUR"))),
            Map.of("EUR", new Balances(12_345_678_405_000L, 250_000, 99, 99)),
            names),
        new Basis(
            7,
            Instant.parse("2026-12-01T03:00:00.123456Z"),
            Instant.parse("2026-12-01T00:00:00Z"),
            new TreeMap<>(Map.of("billing.ledger", 8_123_456_789_012_345_678L)),
            new TreeSet<>(List.of("20261130_0a1b2c3d")),
            Optional.of(LocalDate.parse("2026-11-01")),
            Optional.of(LocalDate.parse("2026-11-30"))));
  }
}
