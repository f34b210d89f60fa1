package io.clickledger.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Every table of the lake, in the order of the flow, and its DDL. */
public final class Tables {
  public static final List<TableName> ALL =
      List.of(
          RawClicks.TABLE,
          RawRejectedClicks.TABLE,
          LiveClicksByMinute.TABLE,
          LiveFlaggedClicks.TABLE,
          RefAdvertisers.TABLE,
          RefCampaigns.TABLE,
          RefAds.TABLE,
          RefPublishers.TABLE,
          FraudClickVerdicts.TABLE,
          FraudClickIds.TABLE,
          BillingClicksByQuarterHour.TABLE,
          BillingClicksByDay.TABLE,
          BillingRestatements.TABLE,
          BillingLedger.TABLE,
          BillingAdjustments.TABLE,
          BillingUnchargedClicks.TABLE,
          BillingPeriods.TABLE,
          BillingVoidedClicks.TABLE,
          BillingRuns.TABLE,
          BillingPublications.TABLE,
          AuditLandings.TABLE,
          AuditReconciliation.TABLE,
          AuditQualityMetrics.TABLE);

  private Tables() {}

  /** The statements that define the table, in Spark SQL: CREATE, then WRITE ORDERED BY if any. */
  public static List<String> ddl(TableName table) {
    String resource = table.namespace() + "/" + table.name() + ".sql";
    try (InputStream in = Tables.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no DDL for table " + table + " at " + resource);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split(";\\s*\\R")).map(String::strip).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("reading DDL of " + table, e);
    }
  }
}
