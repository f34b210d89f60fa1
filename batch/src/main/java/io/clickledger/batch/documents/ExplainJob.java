package io.clickledger.batch.documents;

import io.clickledger.batch.documents.LineProof.Day;
import io.clickledger.batch.documents.LineProof.Sum;
import io.clickledger.batch.documents.books.PublishedBooks;
import io.clickledger.batch.documents.format.CsvText;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Shows the clicks behind a line of an invoice and proves that they add up to it. In one pass, one
 * click at a time: a line of any length needs no memory.
 */
final class ExplainJob {
  private static final String PRINTED = "%-24s  %-36s  %-15s  %12s %-3s  %7s  %-16s  %-12s  %s";

  private final PublishedBooks books;
  private final Consumer<String> out;

  ExplainJob(PublishedBooks books, Consumer<String> out) {
    this.books = books;
    this.out = out;
  }

  /**
   * Prints the first clicks and the sums of all.
   *
   * @param limit how many clicks are printed
   * @param file takes all of them as CSV
   * @return what does not add up, one sentence each
   */
  List<String> run(ExplainedLine line, int limit, Optional<Path> file) throws IOException {
    ClicksOfLine clicks = new ClicksOfLine(books, line);
    LineProof proof = new LineProof();
    out.accept(
        "clicks of campaign %s, local days %s to %s, by publication %d:"
            .formatted(
                line.campaignId(),
                line.firstDay(),
                line.lastDay(),
                books.publication().publicationId()));
    long total = show(clicks, proof, limit, file);
    if (total > limit) {
      out.accept(
          "... and %d more: %s"
              .formatted(
                  total - limit,
                  file.map(path -> "all are in " + path)
                      .orElse("--limit prints more of them, --out FILE writes all as CSV")));
    }
    proof.sums().forEach(out);
    SortedMap<Day, Sum> ledger = clicks.ledger();
    clicks
        .overDelivery()
        .forEach(
            (day, sum) ->
                out.accept(
                    "past a budget on %s, charged and credited: %s %s"
                        .formatted(day.day(), sum, day.currency())));
    List<String> faults = proof.faults(ledger);
    if (faults.isEmpty()) {
      proof
          .charged()
          .forEach(
              (currency, sum) ->
                  out.accept(
                      "billing.ledger has the same: %s %s on %d days"
                          .formatted(sum, currency, ledger.size())));
    }
    return faults;
  }

  private long show(ClicksOfLine clicks, LineProof proof, int limit, Optional<Path> file)
      throws IOException {
    try (CsvFile csv = CsvFile.open(file)) {
      long[] total = {0};
      clicks.forEach(
          click -> {
            if (total[0]++ < limit) {
              if (total[0] == 1) {
                out.accept(header());
              }
              out.accept(printed(click));
            }
            csv.print(click.fields());
            proof.add(click);
          });
      return total[0];
    }
  }

  private static String header() {
    return PRINTED.formatted(
        "clicked_at",
        "click_id",
        "outcome",
        "price",
        "",
        "version",
        "publisher",
        "kafka",
        "reasons, rules and run");
  }

  private static String printed(ExplainedClick click) {
    List<String> fields = click.fields();
    return PRINTED.formatted(
        click.clickedAt(),
        click.clickId(),
        click.voided().isPresent() ? "CHARGED, VOIDED" : click.outcome(),
        fields.get(ExplainedClick.HEADER.indexOf("price")),
        click.currency(),
        fields.get(ExplainedClick.HEADER.indexOf("price_version")),
        click.publisherId(),
        click.kafkaPartition() + ":" + click.kafkaOffset(),
        click.verdict()
            + (click.reasons().isEmpty() ? "" : " " + click.reasons())
            + " "
            + click.rulesVersion()
            + " "
            + click.runId());
  }

  /** A file of clicks, or none. */
  private record CsvFile(Optional<CSVPrinter> printer) implements AutoCloseable {
    static CsvFile open(Optional<Path> file) throws IOException {
      if (file.isEmpty()) {
        return new CsvFile(Optional.empty());
      }
      BufferedWriter writer = Files.newBufferedWriter(file.get());
      CSVPrinter csv = new CSVPrinter(writer, CSVFormat.RFC4180);
      csv.printRecord(ExplainedClick.HEADER);
      return new CsvFile(Optional.of(csv));
    }

    void print(List<String> fields) {
      if (printer.isPresent()) {
        try {
          printer.get().printRecord(fields.stream().map(CsvText::of));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (printer.isPresent()) {
        printer.get().close();
      }
    }
  }
}
