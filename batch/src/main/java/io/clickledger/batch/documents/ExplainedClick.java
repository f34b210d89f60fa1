package io.clickledger.batch.documents;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A click of a campaign with everything that decided about its money.
 *
 * @param billingDay local day in the advertiser's zone
 * @param priceVersion version_id of the version of the ad that has its price; empty where none has
 * @param voided why a person voided it: it stays in its line, and an adjustment takes it back
 */
record ExplainedClick(
    Instant clickedAt,
    String clickId,
    LocalDate billingDay,
    ClickOutcome outcome,
    String verdict,
    List<String> reasons,
    long priceMicros,
    String currency,
    OptionalLong priceVersion,
    String adId,
    String publisherId,
    int kafkaPartition,
    long kafkaOffset,
    String rulesVersion,
    String runId,
    Optional<String> voided) {

  /** Names of {@link #fields}. */
  static final List<String> HEADER =
      List.of(
          "clicked_at",
          "click_id",
          "billing_day",
          "outcome",
          "verdict",
          "reasons",
          "price",
          "currency",
          "price_version",
          "ad_id",
          "publisher_id",
          "kafka_partition",
          "kafka_offset",
          "rules_version",
          "run_id",
          "voided");

  private static final int DECIMALS_OF_MICROS = 6;

  List<String> fields() {
    return List.of(
        clickedAt.toString(),
        clickId,
        billingDay.toString(),
        outcome.name(),
        verdict,
        String.join(" ", reasons),
        BigDecimal.valueOf(priceMicros, DECIMALS_OF_MICROS).toPlainString(),
        currency,
        priceVersion.isPresent() ? Long.toString(priceVersion.getAsLong()) : "",
        adId,
        publisherId,
        Integer.toString(kafkaPartition),
        Long.toString(kafkaOffset),
        rulesVersion,
        runId,
        voided.orElse(""));
  }
}
