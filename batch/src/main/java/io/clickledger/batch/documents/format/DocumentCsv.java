package io.clickledger.batch.documents.format;

import io.clickledger.batch.documents.content.Document;
import io.clickledger.batch.documents.content.Line;
import io.clickledger.batch.documents.content.Money;
import io.clickledger.batch.documents.content.Named;
import io.clickledger.batch.documents.content.Section;
import io.clickledger.batch.documents.content.TieOut;
import io.clickledger.batch.documents.content.UnchargedClicks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * A document as CSV (RFC 4180), one row a line. The column {@code entry} says what a row is: the
 * kinds of lines, TOTAL for the sum of a currency's lines, UNCHARGED for information, LEDGER for
 * what the books say of the same entries.
 */
final class DocumentCsv {
  private static final List<String> HEADER =
      List.of(
          "number",
          "state",
          "party_id",
          "party_name",
          "month",
          "currency",
          "line",
          "entry",
          "advertiser_id",
          "advertiser_name",
          "campaign_id",
          "campaign_name",
          "causes",
          "corrects",
          "clicks",
          "amount",
          "amount_micros",
          "publication_id",
          "through");

  private static final Named NOBODY = new Named("", "");

  private final Document document;
  private final CSVPrinter csv;

  private DocumentCsv(Document document, CSVPrinter csv) {
    this.document = document;
    this.csv = csv;
  }

  static String write(Document document) {
    StringBuilder text = new StringBuilder();
    try (CSVPrinter csv = new CSVPrinter(text, CSVFormat.RFC4180)) {
      csv.printRecord(HEADER);
      DocumentCsv rows = new DocumentCsv(document, csv);
      for (Section section : document.sections()) {
        rows.print(section);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void print(Section section) throws IOException {
    for (Line line : section.lines()) {
      print(
          section,
          String.valueOf(line.number()),
          line.kind().name(),
          line.advertiser(),
          line.campaign(),
          line.causes(),
          line.corrects().map(YearMonth::toString).orElse(""),
          String.valueOf(line.clicks()),
          plain(line.amount()),
          line.money());
    }
    print(section, "TOTAL", "", "", plain(section.total()), section.exactTotal());
    for (UnchargedClicks clicks : section.uncharged()) {
      print(
          section,
          "",
          "UNCHARGED",
          clicks.advertiser(),
          clicks.campaign(),
          clicks.reason(),
          "",
          String.valueOf(clicks.clicks()),
          "",
          clicks.cost());
    }
    for (TieOut tieOut : section.tieOuts()) {
      print(section, "LEDGER", tieOut.claim(), "", "", tieOut.ledger());
    }
  }

  private void print(
      Section section, String entry, String causes, String clicks, String amount, Money exact)
      throws IOException {
    print(section, "", entry, NOBODY, NOBODY, causes, "", clicks, amount, exact);
  }

  private void print(
      Section section,
      String line,
      String entry,
      Named advertiser,
      Named campaign,
      String causes,
      String corrects,
      String clicks,
      String amount,
      Money exact)
      throws IOException {
    csv.printRecord(
        Stream.of(
            document.number().toString(),
            document.state(),
            CsvText.of(document.party().id()),
            CsvText.of(document.party().name()),
            document.month().toString(),
            section.currency(),
            line,
            entry,
            CsvText.of(advertiser.id()),
            CsvText.of(advertiser.name()),
            CsvText.of(campaign.id()),
            CsvText.of(campaign.name()),
            CsvText.of(causes),
            corrects,
            clicks,
            amount,
            String.valueOf(exact.micros()),
            String.valueOf(document.basis().publicationId()),
            document.basis().through().toString()));
  }

  private static String plain(BigDecimal amount) {
    return amount.toPlainString();
  }
}
