package io.clickledger.sandbox.simulator;

import java.time.Instant;

/** Makes lines of the oracle. */
final class OracleEntries {
  private OracleEntries() {}

  static OracleEntry entry(
      SimulatedClick click,
      OracleEntry.Target target,
      long sentAtMillis,
      String answer,
      int unknownAttempts) {
    return new OracleEntry(
        click.label(),
        click.clickId(),
        click.clickedAt().toEpochMilli(),
        click.adId(),
        click.publisherId(),
        click.invalid(),
        click.follows().orElse(null),
        target,
        sentAtMillis,
        Instant.now().toEpochMilli(),
        answer,
        unknownAttempts,
        click.malformation().map(malformation -> malformation.reason(target)).orElse(null));
  }
}
