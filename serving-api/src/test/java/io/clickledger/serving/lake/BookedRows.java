package io.clickledger.serving.lake;

import io.clickledger.schemas.AuditReconciliation;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.RefAds;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Books of two advertisers and two publishers: September is closed, October is open. One amount is
 * greater than what a double holds.
 */
public final class BookedRows {
  /** Micros that no double holds. */
  public static final long HUGE = 9_007_199_254_740_993L;

  static final List<TableName> PUBLISHED =
      List.of(
          BillingLedger.TABLE,
          BillingAdjustments.TABLE,
          BillingUnchargedClicks.TABLE,
          BillingPeriods.TABLE,
          BillingVoidedClicks.TABLE);

  private static final List<TableName> METADATA =
      List.of(RefAdvertisers.TABLE, RefCampaigns.TABLE, RefAds.TABLE, RefPublishers.TABLE);

  static final Map<TableName, List<List<String>>> ALL = all();

  private BookedRows() {}

  private static Map<TableName, List<List<String>>> all() {
    Map<TableName, List<List<String>>> rows = new LinkedHashMap<>();
    rows.put(BillingLedger.TABLE, ledger());
    rows.put(
        BillingAdjustments.TABLE,
        List.of(
            adjustment("1", "ADVERTISER_RECEIVABLE", 0, 100_005),
            adjustment("2", "PUBLISHER_PAYABLE", 70_003, 0),
            adjustment("3", "PLATFORM_REVENUE", 30_002, 0)));
    rows.put(
        BillingUnchargedClicks.TABLE,
        List.of(
            List.of(
                "2026-10-02",
                "adv-1",
                "camp-1",
                "pub-0",
                "AFTER_CAMPAIGN",
                "2",
                "200",
                "EUR",
                "run")));
    rows.put(
        BillingPeriods.TABLE,
        List.of(
            List.of("adv-1", "2026-09-01", "Europe/Paris", "2026-10-05 03:00:00 UTC", "run"),
            List.of("adv-2", "2026-09-01", "America/New_York", "2026-10-05 03:00:00 UTC", "run")));
    rows.put(
        BillingVoidedClicks.TABLE,
        List.of(
            List.of(
                clickId(3),
                "2026-09-29 22:00:03 UTC",
                "adv-1",
                "camp-1",
                "pub-0",
                "100005",
                "EUR",
                "agreed",
                "operator",
                "2026-10-20 10:00:00 UTC",
                "run")));
    rows.put(
        AuditReconciliation.TABLE,
        List.of(
            difference("2026-10-28 01:00:00 UTC", "gross_clicks", "12", "NOT_YET_COUNTED", "2"),
            difference("2026-10-28 02:00:00 UTC", "gross_clicks", "12", "NOT_YET_COUNTED", "3"),
            difference("2026-10-28 02:00:00 UTC", "cost_micros", "12", "METADATA", "" + -HUGE)));
    return rows;
  }

  /** The id of a click, by its number. */
  public static String clickId(int number) {
    return "00000000-0000-4000-8000-%012d".formatted(number);
  }

  private static List<List<String>> ledger() {
    List<List<String>> rows = new ArrayList<>();
    charge(rows, "2026-09-30", "adv-1", "camp-1", "pub-0", HUGE, "EUR", 3);
    charge(rows, "2026-09-30", "adv-1", "camp-1", "pub-1", 5_000, "EUR", 2);
    charge(rows, "2026-10-01", "adv-1", "camp-1", "pub-0", 1_005_001, "EUR", 10);
    charge(rows, "2026-10-02", "adv-1", "camp-2", "pub-0", 25_000, "EUR", 5);
    charge(rows, "2026-10-02", "adv-2", "camp-3", "pub-1", 7_777_777, "USD", 7);
    entry(
        rows,
        "2026-10-01",
        "adv-1",
        "camp-1",
        "pub-0",
        "ADVERTISER_RECEIVABLE",
        0,
        5_001,
        "EUR",
        1);
    entry(rows, "2026-10-01", "adv-1", "camp-1", "pub-0", "OVER_DELIVERY", 5_001, 0, "EUR", 1);
    return rows;
  }

  private static void charge(
      List<List<String>> rows,
      String day,
      String advertiser,
      String campaign,
      String publisher,
      long micros,
      String currency,
      long clicks) {
    long share = micros / 10 * 7;
    entry(
        rows,
        day,
        advertiser,
        campaign,
        publisher,
        "ADVERTISER_RECEIVABLE",
        micros,
        0,
        currency,
        clicks);
    entry(
        rows,
        day,
        advertiser,
        campaign,
        publisher,
        "PUBLISHER_PAYABLE",
        0,
        share,
        currency,
        clicks);
    entry(
        rows,
        day,
        advertiser,
        campaign,
        publisher,
        "PLATFORM_REVENUE",
        0,
        micros - share,
        currency,
        clicks);
  }

  private static void entry(
      List<List<String>> rows,
      String day,
      String advertiser,
      String campaign,
      String publisher,
      String account,
      long debit,
      long credit,
      String currency,
      long clicks) {
    rows.add(
        List.of(
            day,
            advertiser,
            campaign,
            publisher,
            account,
            "" + debit,
            "" + credit,
            currency,
            "" + clicks,
            "entry-%02d".formatted(rows.size()),
            "run"));
  }

  /** Voided clicks of September, booked in October. */
  private static List<String> adjustment(String id, String account, long debit, long credit) {
    return List.of(
        "adjustment-" + id,
        "2026-09-30",
        "2026-10-03",
        "adv-1",
        "camp-1",
        "pub-0",
        account,
        "[\"LATE_CLICKS\",\"VOIDED_CLICKS\"]",
        "" + debit,
        "" + credit,
        "EUR",
        "-1",
        "OPEN",
        "run");
  }

  private static List<String> difference(
      String hour, String measure, String live, String cause, String difference) {
    return Arrays.asList(
        "run",
        hour.substring(0, 10),
        hour,
        "camp-1",
        measure.equals("cost_micros") ? "EUR" : null,
        measure,
        live,
        "0",
        cause,
        difference,
        "2026-10-30 02:00:00 UTC");
  }

  /** The run with the metadata that it read. */
  static String run(String runId, Map<TableName, Long> snapshotIds) {
    List<TableName> metadata = METADATA.stream().filter(snapshotIds::containsKey).toList();
    return """
        INSERT INTO %s VALUES (
          '%s', 'RollUpClicks', TIMESTAMP '2026-10-30 01:00:00 UTC', TIMESTAMP '2026-10-30 01:30:00 UTC',
          ARRAY[DATE '2026-10-29'], ARRAY[DATE '2026-10-28'], 'topic-id',
          map(ARRAY[1, 0], ARRAY[BIGINT '20', BIGINT '10']), TIMESTAMP '2026-10-30 00:10:00 UTC', %d,
          map(CAST(ARRAY[%s] AS ARRAY(VARCHAR)), CAST(ARRAY[%s] AS ARRAY(BIGINT))), 'rules-1', 86400, 3600, 'code-1', 30, 30, 30, 0, 0, 0, 0,
          NULL, NULL)
        """
        .formatted(
            BillingRuns.TABLE,
            runId,
            HUGE,
            metadata.stream().map(table -> "'" + table + "'").collect(Collectors.joining(", ")),
            metadata.stream()
                .map(table -> snapshotIds.get(table).toString())
                .collect(Collectors.joining(", ")));
  }
}
