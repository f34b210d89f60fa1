package io.clickledger.batch.documents;

import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.batch.documents.content.DocumentNumber;
import io.clickledger.programs.WrongUsageException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** Options of an explanation, as they are given. */
final class ExplainArguments {
  @Option(
      names = "--invoice",
      paramLabel = "NUMBER",
      description = "Number of an invoice, instead of --advertiser and --month.")
  private Optional<String> invoice = Optional.empty();

  @Option(names = "--advertiser", paramLabel = "ID", description = "Whose invoice.")
  private Optional<String> advertiserId = Optional.empty();

  @Option(names = "--month", paramLabel = "YYYY-MM", description = "Of which month.")
  private Optional<String> month = Optional.empty();

  @Option(
      names = "--campaign",
      required = true,
      paramLabel = "ID",
      description = "The line of which campaign.")
  private String campaignId;

  @Option(
      names = "--day",
      paramLabel = "YYYY-MM-DD",
      description = "Only this local day of the advertiser.")
  private Optional<LocalDate> day = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many clicks are printed (${DEFAULT-VALUE}); all are added up.")
  private int limit = 20;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Takes all clicks as CSV; replaced if it is there.")
  private Optional<Path> out = Optional.empty();

  /** The invoice whose line it is; with a publication only if its number says one. */
  DocumentNumber invoice() {
    if (invoice.isPresent()) {
      if (advertiserId.isPresent() || month.isPresent()) {
        throw new WrongUsageException("--invoice says --advertiser and --month already");
      }
      DocumentNumber number = DocumentNumber.parse(invoice.get());
      if (number.kind() != DocumentKind.INVOICE) {
        throw new WrongUsageException("--invoice must be the number of an invoice, was " + number);
      }
      return number;
    }
    if (advertiserId.isEmpty() || month.isEmpty()) {
      throw new WrongUsageException("either --invoice or both --advertiser and --month is needed");
    }
    return new DocumentNumber(
        DocumentKind.INVOICE,
        DocumentArguments.month(month.get()),
        advertiserId.get(),
        OptionalLong.empty());
  }

  ExplainedLine line() {
    DocumentNumber number = invoice();
    ExplainedLine line = ExplainedLine.ofMonth(number.partyId(), campaignId, number.month());
    if (day.isEmpty()) {
      return line;
    }
    if (!line.contains(day.get())) {
      throw new WrongUsageException(
          "--day must be of %s, was %s".formatted(number.month(), day.get()));
    }
    return line.of(day.get());
  }

  int limit() {
    if (limit < 0) {
      throw new WrongUsageException("--limit must be 0 or more, was " + limit);
    }
    return limit;
  }

  Optional<Path> out() {
    return out;
  }
}
