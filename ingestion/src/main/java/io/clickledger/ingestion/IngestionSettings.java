package io.clickledger.ingestion;

import io.clickledger.ingestion.delivery.KafkaSettings;
import io.clickledger.ingestion.http.HttpSettings;
import io.clickledger.ingestion.spool.SpoolSettings;

/** What can be set; {@code defaults.properties} says what each is for. */
public record IngestionSettings(HttpSettings http, KafkaSettings kafka, SpoolSettings spool) {

  public static final String DEFAULTS = "/io/clickledger/ingestion/defaults.properties";

  public IngestionSettings {
    if (http.stopTimeout().compareTo(kafka.deliveryTimeout()) <= 0) {
      throw new IllegalArgumentException(
          "http.stop-timeout must be longer than kafka.delivery-timeout (%s), was %s"
              .formatted(kafka.deliveryTimeout(), http.stopTimeout()));
    }
  }
}
