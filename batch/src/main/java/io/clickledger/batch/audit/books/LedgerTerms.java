package io.clickledger.batch.audit.books;

import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Date;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * By what clicks are charged, as ref.* has it: the version in force at the start of a click's
 * quarter hour counts.
 */
record LedgerTerms(
    VersionHistory<ZoneId> zones,
    VersionHistory<Campaign> campaigns,
    VersionHistory<BigDecimal> percents)
    implements Serializable {
  private static final long QUARTER_HOUR_SECONDS = Duration.ofMinutes(15).toSeconds();

  /** A campaign's dates, inclusive, and budgets; the greatest value stands for none. */
  record Campaign(LocalDate startsOn, LocalDate endsOn, long dailyBudget, long totalBudget)
      implements Serializable {}

  /** The terms in these tables. */
  static LedgerTerms of(Function<TableName, Dataset<Row>> reference) {
    return new LedgerTerms(
        VersionHistory.of(
            reference.apply(RefAdvertisers.TABLE),
            RefAdvertisers.ADVERTISER_ID,
            row -> ZoneId.of(row.getAs(RefAdvertisers.TIME_ZONE))),
        VersionHistory.of(
            reference.apply(RefCampaigns.TABLE),
            RefCampaigns.CAMPAIGN_ID,
            row ->
                new Campaign(
                    row.<Date>getAs(RefCampaigns.STARTS_ON).toLocalDate(),
                    Optional.ofNullable(row.<Date>getAs(RefCampaigns.ENDS_ON))
                        .map(Date::toLocalDate)
                        .orElse(LocalDate.MAX),
                    budget(row, RefCampaigns.DAILY_BUDGET_MICROS),
                    budget(row, RefCampaigns.TOTAL_BUDGET_MICROS))),
        VersionHistory.of(
            reference.apply(RefPublishers.TABLE),
            RefPublishers.PUBLISHER_ID,
            row -> row.<BigDecimal>getAs(RefPublishers.REVENUE_SHARE_PERCENT)));
  }

  private static long budget(Row row, String column) {
    Long micros = row.getAs(column);
    return micros == null ? Long.MAX_VALUE : micros;
  }

  /** The start of the quarter hour. */
  static Instant quarterHour(Instant at) {
    return Instant.ofEpochSecond(
        Math.floorDiv(at.getEpochSecond(), QUARTER_HOUR_SECONDS) * QUARTER_HOUR_SECONDS);
  }

  /** The advertiser's local day of a click; empty where it has not ended by then. */
  Optional<LocalDate> endedDay(String advertiserId, Instant clickedAt, Instant through) {
    return zones
        .at(advertiserId, quarterHour(clickedAt))
        .flatMap(
            zone -> {
              LocalDate day = clickedAt.atZone(zone).toLocalDate();
              Instant end = day.plusDays(1).atStartOfDay(zone).toInstant();
              return Optional.of(day).filter(any -> !end.isAfter(through));
            });
  }
}
