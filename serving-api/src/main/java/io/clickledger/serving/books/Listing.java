package io.clickledger.serving.books;

import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.TableName;
import io.clickledger.serving.parameters.ValueForm;
import io.clickledger.serving.trino.SqlFile;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an endpoint lists.
 *
 * @param field of the answer, that has the rows
 * @param sql a file whose parameters are those of {@code given}, then the values of ${filter}, then
 *     how many rows are left out and how many are wanted
 * @param tables pinned to the publication, by their names in the file
 * @param given what the statement is told besides filters
 * @param filters columns to filter by, and which values they can have
 * @param ofAdvertisers which rows of an advertiser he may see, beside being his
 */
public record Listing(
    String field,
    SqlFile sql,
    Map<String, TableName> tables,
    List<Given> given,
    List<Column> columns,
    Map<String, ValueForm> filters,
    Map<String, Set<String>> ofAdvertisers) {

  /** What a statement is told. */
  public enum Given {
    /** Two days, as two parameters: the first one, and the one after the last. */
    DAYS,
    /** The publication's id: of a table that only grows, rows of later ones are left out. */
    PUBLICATION
  }

  /** An advertiser sees what he owes: not what of it is whose. */
  private static final Map<String, Set<String>> RECEIVABLE =
      Map.of(BillingLedger.ACCOUNT, Set.of("ADVERTISER_RECEIVABLE"));

  private static final Map<String, ValueForm> ENTRY_FILTERS =
      Map.of(
          BillingLedger.ADVERTISER_ID, ValueForm.ID,
          BillingLedger.CAMPAIGN_ID, ValueForm.ID,
          BillingLedger.PUBLISHER_ID, ValueForm.ID,
          BillingLedger.ACCOUNT, ValueForm.ACCOUNT);

  /** Entries by local day of the advertiser. */
  public static final Listing LEDGER =
      new Listing(
          "entries",
          SqlFile.named("ledger"),
          Map.of("ledger", BillingLedger.TABLE),
          List.of(Given.DAYS),
          List.of(
              Column.text("billing_day"),
              Column.text("advertiser_id"),
              Column.text("campaign_id"),
              Column.text("publisher_id"),
              Column.text("account"),
              Column.money("debit"),
              Column.money("credit"),
              Column.text("currency"),
              Column.number("valid_clicks"),
              Column.text("entry_id"),
              Column.text("run_id")),
          ENTRY_FILTERS,
          RECEIVABLE);

  /** Corrections by the day on which they are booked. */
  public static final Listing ADJUSTMENTS =
      new Listing(
          "adjustments",
          SqlFile.named("adjustments"),
          Map.of("adjustments", BillingAdjustments.TABLE),
          List.of(Given.DAYS),
          List.of(
              Column.text("booked_on"),
              Column.text("billing_day"),
              Column.text("advertiser_id"),
              Column.text("campaign_id"),
              Column.text("publisher_id"),
              Column.text("account"),
              Column.list("causes"),
              Column.money("debit"),
              Column.money("credit"),
              Column.text("currency"),
              Column.number("clicks"),
              Column.text("state"),
              Column.text("adjustment_id"),
              Column.text("run_id")),
          ENTRY_FILTERS,
          RECEIVABLE);

  /** Months of advertisers that have entries or are closed. */
  public static final Listing PERIODS =
      new Listing(
          "periods",
          SqlFile.named("periods"),
          Map.of("ledger", BillingLedger.TABLE, "periods", BillingPeriods.TABLE),
          List.of(Given.DAYS, Given.DAYS),
          List.of(
              Column.text("month"),
              Column.text("advertiser_id"),
              Column.text("state"),
              Column.text("time_zone"),
              Column.text("closed_at"),
              Column.text("run_id")),
          Map.of(BillingPeriods.ADVERTISER_ID, ValueForm.ID),
          Map.of());

  /** Differences between live and final by day, cause, measure and campaign. */
  public static final Listing RECONCILIATION =
      new Listing(
          "differences",
          SqlFile.named("reconciliation"),
          Map.of(),
          List.of(Given.DAYS, Given.PUBLICATION),
          List.of(
              Column.text("day"),
              Column.text("campaign_id"),
              Column.text("measure"),
              Column.text("cause"),
              Column.number("difference"),
              Column.money("cost_difference"),
              Column.text("currency"),
              Column.number("hours"),
              Column.text("run_id"),
              Column.number("publication_id")),
          Map.of(
              "campaign_id", ValueForm.ID_OR_UNKNOWN,
              "cause", ValueForm.DIFFERENCE_CAUSE,
              "measure", ValueForm.MEASURE),
          Map.of());

  /** Published runs, the newest first. */
  public static final Listing RUNS =
      new Listing(
          "runs",
          SqlFile.named("runs"),
          Map.of(),
          List.of(Given.PUBLICATION),
          List.of(
              Column.text("run_id"),
              Column.number("publication_id"),
              Column.text("job"),
              Column.text("started_at"),
              Column.text("finished_at"),
              Column.list("days"),
              Column.text("topic_id"),
              Column.list("raw_offsets"),
              Column.text("landed_through"),
              Column.text("raw_snapshot_id"),
              Column.text("rules_version"),
              Column.text("model_version"),
              Column.text("code_version"),
              Column.number("gross_clicks"),
              Column.number("landed_clicks"),
              Column.number("published_clicks"),
              Column.number("waiting_clicks"),
              Column.number("clicks_after_close"),
              Column.number("missing_clicks"),
              Column.number("unexplained_difference"),
              Column.text("reason")),
          Map.of(),
          Map.of());

  /** Publications, the newest first. */
  public static final Listing PUBLICATIONS =
      new Listing(
          "publications",
          SqlFile.named("publications"),
          Map.of(),
          List.of(Given.PUBLICATION),
          List.of(
              Column.number("publication_id"),
              Column.number("previous_publication_id"),
              Column.text("published_at"),
              Column.text("run_id"),
              Column.text("through"),
              Column.text("landed_through"),
              Column.list("restated_days"),
              Column.text("closed_before"),
              Column.list("closed_days"),
              Column.list("snapshot_ids")),
          Map.of(),
          Map.of());
}
