package io.clickledger.batch.ledger;

import io.clickledger.batch.billing.input.BillingTerms.CampaignTerms;
import java.time.LocalDate;
import java.util.Optional;

/** Why valid clicks are not charged. */
enum UnchargedReason {
  /** Their local day is before the campaign's first one. */
  BEFORE_CAMPAIGN,

  /** Their local day is after the campaign's last one. */
  AFTER_CAMPAIGN,

  /** The metadata do not know the publisher yet: nobody knows its share. */
  UNKNOWN_PUBLISHER;

  /** Why no clicks of the day are charged; empty where they are. */
  static Optional<UnchargedReason> on(LocalDate day, CampaignTerms terms) {
    if (day.isBefore(terms.startsOn())) {
      return Optional.of(BEFORE_CAMPAIGN);
    }
    return terms.endsOn() != null && day.isAfter(terms.endsOn())
        ? Optional.of(AFTER_CAMPAIGN)
        : Optional.empty();
  }
}
