package io.clickledger.batch.audit;

import io.clickledger.programs.WrongUsageException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * What an audit checks.
 *
 * @param from first UTC day of landing, and first local day of the ledger
 * @param to the day after the last
 * @param bootstrapServers a broker that may know what did not land; empty for none
 * @param documents folder of invoices and statements; empty for none
 */
public record AuditOptions(
    LocalDate from,
    LocalDate to,
    Optional<String> bootstrapServers,
    String topic,
    Optional<Path> documents) {
  public AuditOptions {
    if (!from.isBefore(to)) {
      throw new WrongUsageException(
          "--from must be before --to, which is not audited itself, were %s and %s"
              .formatted(from, to));
    }
  }

  public Instant start() {
    return from.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  public Instant end() {
    return to.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
