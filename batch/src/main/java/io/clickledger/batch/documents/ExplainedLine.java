package io.clickledger.batch.documents;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * The line of an invoice that is to be explained, or a day of it.
 *
 * @param firstDay local day in the advertiser's zone
 * @param lastDay inclusive
 */
record ExplainedLine(
    String advertiserId, String campaignId, LocalDate firstDay, LocalDate lastDay) {
  static ExplainedLine ofMonth(String advertiserId, String campaignId, YearMonth month) {
    return new ExplainedLine(advertiserId, campaignId, month.atDay(1), month.atEndOfMonth());
  }

  ExplainedLine of(LocalDate day) {
    return new ExplainedLine(advertiserId, campaignId, day, day);
  }

  boolean contains(LocalDate day) {
    return !day.isBefore(firstDay) && !day.isAfter(lastDay);
  }
}
