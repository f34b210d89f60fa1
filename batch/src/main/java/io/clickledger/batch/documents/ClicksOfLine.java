package io.clickledger.batch.documents;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.batch.documents.LineProof.Day;
import io.clickledger.batch.documents.LineProof.Sum;
import io.clickledger.batch.documents.books.PublishedBooks;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RefAds;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** Reads the clicks of a line, and what the ledger charged for them, from one publication. */
final class ClicksOfLine {
  private static final String VALID = "VALID";
  private static final long QUARTER_HOUR_SECONDS = Duration.ofMinutes(15).toSeconds();
  private final PublishedBooks books;
  private final ExplainedLine line;
  private final History<Long> prices;
  private final History<ZoneId> zones;
  private final History<Dates> dates;
  private final Set<String> publishers;
  private final Map<ClickKey, String> voided = new HashMap<>();

  ClicksOfLine(PublishedBooks books, ExplainedLine line) {
    this.books = books;
    this.line = line;
    prices =
        History.of(
            books.reference(RefAds.TABLE).collectAsList(),
            RefAds.AD_ID,
            row -> row.<Long>getAs(RefAds.CPC_MICROS));
    zones =
        History.of(
            versions(RefAdvertisers.TABLE, RefAdvertisers.ADVERTISER_ID, line.advertiserId()),
            RefAdvertisers.ADVERTISER_ID,
            row -> ZoneId.of(row.getAs(RefAdvertisers.TIME_ZONE)));
    dates =
        History.of(
            versions(RefCampaigns.TABLE, RefCampaigns.CAMPAIGN_ID, line.campaignId()),
            RefCampaigns.CAMPAIGN_ID,
            row ->
                new Dates(
                    row.<Date>getAs(RefCampaigns.STARTS_ON).toLocalDate(),
                    Optional.ofNullable(row.<Date>getAs(RefCampaigns.ENDS_ON))
                        .map(Date::toLocalDate)));
    publishers =
        Set.copyOf(
            books
                .reference(RefPublishers.TABLE)
                .select(RefPublishers.PUBLISHER_ID)
                .distinct()
                .as(Encoders.STRING())
                .collectAsList());
    if (zones.at(line.advertiserId(), Instant.EPOCH).isEmpty()
        || dates.at(line.campaignId(), Instant.EPOCH).isEmpty()) {
      throw new RefusedException(
          "no advertiser %s with a campaign %s is known by publication %d"
              .formatted(
                  line.advertiserId(), line.campaignId(), books.publication().publicationId()));
    }
    books
        .table(BillingVoidedClicks.TABLE)
        .where(col(BillingVoidedClicks.CAMPAIGN_ID).equalTo(line.campaignId()))
        .collectAsList()
        .forEach(
            row ->
                voided.put(
                    new ClickKey(
                        row.getAs(BillingVoidedClicks.CLICK_ID),
                        row.<Timestamp>getAs(BillingVoidedClicks.CLICKED_AT).toInstant()),
                    row.getAs(BillingVoidedClicks.REASON)));
  }

  /** Beyond the dedup horizon, a click_id may be of another click. */
  private record ClickKey(String clickId, Instant clickedAt) {}

  /** When a campaign runs. */
  private record Dates(LocalDate startsOn, Optional<LocalDate> endsOn) {}

  private List<Row> versions(TableName table, String idColumn, String id) {
    return books.reference(table).where(col(idColumn).equalTo(id)).collectAsList();
  }

  /** Hands over the clicks in the order of clicked_at and click_id, one at a time. */
  void forEach(Consumer<ExplainedClick> consumer) {
    // Every zone is less than a day from UTC.
    Column near =
        col(FraudClickVerdicts.CLICKED_AT)
            .geq(lit(utc(line.firstDay().minusDays(1))))
            .and(col(FraudClickVerdicts.CLICKED_AT).lt(lit(utc(line.lastDay().plusDays(2)))));
    Iterator<Row> rows =
        books
            .table(FraudClickVerdicts.TABLE)
            .where(near)
            .where(col(FraudClickVerdicts.ADVERTISER_ID).equalTo(line.advertiserId()))
            .where(col(FraudClickVerdicts.CAMPAIGN_ID).equalTo(line.campaignId()))
            .orderBy(
                FraudClickVerdicts.CLICKED_AT,
                FraudClickVerdicts.CLICK_ID,
                FraudClickVerdicts.KAFKA_PARTITION,
                FraudClickVerdicts.KAFKA_OFFSET)
            .toLocalIterator();
    while (rows.hasNext()) {
      Row row = rows.next();
      Instant clickedAt = row.<Timestamp>getAs(FraudClickVerdicts.CLICKED_AT).toInstant();
      LocalDate day = clickedAt.atZone(zone(clickedAt)).toLocalDate();
      if (line.contains(day)) {
        consumer.accept(click(row, clickedAt, day));
      }
    }
  }

  private ExplainedClick click(Row row, Instant clickedAt, LocalDate day) {
    String verdict = row.getAs(FraudClickVerdicts.VERDICT);
    String clickId = row.getAs(FraudClickVerdicts.CLICK_ID);
    String adId = row.getAs(FraudClickVerdicts.AD_ID);
    Long price = row.getAs(FraudClickVerdicts.PRICE_MICROS);
    return new ExplainedClick(
        clickedAt,
        clickId,
        day,
        outcome(verdict, clickedAt, day, row.getAs(FraudClickVerdicts.PUBLISHER_ID)),
        verdict,
        row.getList(row.fieldIndex(FraudClickVerdicts.REASONS)),
        price == null ? 0 : price,
        row.getAs(FraudClickVerdicts.CURRENCY),
        price == null ? OptionalLong.empty() : version(adId, clickedAt, price),
        adId,
        row.getAs(FraudClickVerdicts.PUBLISHER_ID),
        row.<Integer>getAs(FraudClickVerdicts.KAFKA_PARTITION),
        row.<Long>getAs(FraudClickVerdicts.KAFKA_OFFSET),
        row.getAs(FraudClickVerdicts.RULES_VERSION),
        row.getAs(FraudClickVerdicts.RUN_ID),
        verdict.equals(VALID)
            ? Optional.ofNullable(voided.get(new ClickKey(clickId, clickedAt)))
            : Optional.empty());
  }

  private ClickOutcome outcome(
      String verdict, Instant clickedAt, LocalDate day, String publisherId) {
    if (!verdict.equals(VALID)) {
      return ClickOutcome.NOT_VALID;
    }
    Instant end = day.plusDays(1).atStartOfDay(zone(clickedAt)).toInstant();
    if (end.isAfter(books.publication().through())) {
      return ClickOutcome.DAY_NOT_OVER;
    }
    Dates campaign = dates.at(line.campaignId(), quarterHour(clickedAt)).orElseThrow().value();
    if (day.isBefore(campaign.startsOn())) {
      return ClickOutcome.BEFORE_CAMPAIGN;
    }
    if (campaign.endsOn().filter(day::isAfter).isPresent()) {
      return ClickOutcome.AFTER_CAMPAIGN;
    }
    return publishers.contains(publisherId) ? ClickOutcome.CHARGED : ClickOutcome.UNKNOWN_PUBLISHER;
  }

  private ZoneId zone(Instant clickedAt) {
    return zones.at(line.advertiserId(), quarterHour(clickedAt)).orElseThrow().value();
  }

  private OptionalLong version(String adId, Instant clickedAt, long price) {
    return prices.at(adId, clickedAt).filter(version -> version.value() == price).stream()
        .mapToLong(History.Version::versionId)
        .findFirst();
  }

  /** What the ledger charged: clicks and money of each day, budgets aside. */
  SortedMap<Day, Sum> ledger() {
    return ledger(col(BillingLedger.CREDIT_MICROS).equalTo(0L), BillingLedger.DEBIT_MICROS);
  }

  /** What it gave back for clicks past a budget. */
  SortedMap<Day, Sum> overDelivery() {
    return ledger(col(BillingLedger.CREDIT_MICROS).gt(0L), BillingLedger.CREDIT_MICROS);
  }

  private SortedMap<Day, Sum> ledger(Column side, String amount) {
    SortedMap<Day, Sum> days = new TreeMap<>();
    books
        .table(BillingLedger.TABLE)
        .where(col(BillingLedger.BILLING_DAY).between(line.firstDay(), line.lastDay()))
        .where(col(BillingLedger.ADVERTISER_ID).equalTo(line.advertiserId()))
        .where(col(BillingLedger.CAMPAIGN_ID).equalTo(line.campaignId()))
        .where(col(BillingLedger.ACCOUNT).equalTo("ADVERTISER_RECEIVABLE"))
        .where(side)
        .groupBy(BillingLedger.BILLING_DAY, BillingLedger.CURRENCY)
        .agg(
            sum(BillingLedger.VALID_CLICKS).as(BillingLedger.VALID_CLICKS),
            coalesce(sum(amount), lit(0L)).as(amount))
        .collectAsList()
        .forEach(
            row ->
                days.put(
                    new Day(
                        row.<Date>getAs(BillingLedger.BILLING_DAY).toLocalDate(),
                        row.getAs(BillingLedger.CURRENCY)),
                    new Sum(row.<Long>getAs(BillingLedger.VALID_CLICKS), row.<Long>getAs(amount))));
    return days;
  }

  /** Zone and dates at the start of the quarter of an hour hold for all of its clicks. */
  private static Instant quarterHour(Instant clickedAt) {
    return Instant.ofEpochSecond(
        Math.floorDiv(clickedAt.getEpochSecond(), QUARTER_HOUR_SECONDS) * QUARTER_HOUR_SECONDS);
  }

  private static Instant utc(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
