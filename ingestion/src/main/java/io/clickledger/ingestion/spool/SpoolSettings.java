package io.clickledger.ingestion.spool;

import java.nio.file.Path;
import java.util.Optional;

/** Where clicks wait while Kafka is away, and how many bytes of them may. No folder: no spool. */
public record SpoolSettings(Optional<Path> folder, long maxBytes) {

  private static final long MIN_BYTES = 2 * Spool.MAX_REQUEST_BYTES;

  public SpoolSettings {
    if (maxBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "max-bytes must be at least %d, was %d".formatted(MIN_BYTES, maxBytes));
    }
  }
}
