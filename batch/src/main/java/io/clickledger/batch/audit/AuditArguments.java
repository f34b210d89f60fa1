package io.clickledger.batch.audit;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of an audit, as they are given. */
public final class AuditArguments {
  @Option(
      names = "--from",
      paramLabel = "YYYY-MM-DD",
      description =
          "First UTC day of landing, and first local day of the ledger (default: yesterday).")
  private Optional<LocalDate> from = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "YYYY-MM-DD",
      description = "Day after the last one (default: tomorrow).")
  private Optional<LocalDate> to = Optional.empty();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,...",
      description = "Brokers that may know which offsets hold no record.")
  private Optional<String> bootstrapServers = Optional.empty();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Topic of the clicks (${DEFAULT-VALUE}).")
  private String topic = "clicks";

  @Option(
      names = "--documents",
      paramLabel = "FOLDER",
      description = "Compare the invoices and statements in this folder with the books.")
  private Optional<Path> documents = Optional.empty();

  /**
   * What the audit checks.
   *
   * @param now the end of today
   */
  public AuditOptions options(Instant now) {
    LocalDate today = now.atOffset(ZoneOffset.UTC).toLocalDate();
    return new AuditOptions(
        from.orElse(today.minusDays(1)),
        to.orElse(today.plusDays(1)),
        bootstrapServers,
        topic,
        documents);
  }
}
