package io.clickledger.batch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.run.TestSpark;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Adjustments of an advertiser whose October is closed. */
class AdjustmentChecksTest {
  private static final String NO_CAUSE = "corrections of closed periods have no cause";
  private static final String WRONG_STATE = "open in a closed period, or settled in an open one";
  private static final String UNPAID = "not charged for a publisher that is known";

  @Test
  void acceptAdjustmentsWithACauseAndTheRightState() {
    assertThat(
            faults(
                List.of(
                    adjustment("2026-10-31", "SETTLED", List.of("VOIDED_CLICKS"), "run-1"),
                    adjustment("2026-11-01", "OPEN", List.of("LATE_CLICKS"), "run-2")),
                "UNKNOWN_PUBLISHER p-unknown"))
        .isEmpty();
  }

  @Test
  void findACorrectionWithoutACause() {
    assertThat(
            faults(
                List.of(adjustment("2026-11-01", "OPEN", List.of(), "run-2")),
                "AFTER_CAMPAIGN p-1"))
        .singleElement()
        .asString()
        .contains(NO_CAUSE);
  }

  @Test
  void findAdjustmentsThatAreSettledTooEarlyOrNotAtAll() {
    List<String> causes = List.of("LATE_CLICKS");
    assertThat(
            faults(
                List.of(
                    adjustment("2026-10-31", "OPEN", causes, "run-1"),
                    adjustment("2026-11-01", "SETTLED", causes, "run-1")),
                "AFTER_CAMPAIGN p-1"))
        .singleElement()
        .asString()
        .contains("2 adjustments", WRONG_STATE);
  }

  @Test
  void findUnchargedClicksOfAPublisherThatIsKnown() {
    assertThat(faults(List.of(), "UNKNOWN_PUBLISHER p-1"))
        .singleElement()
        .asString()
        .contains(UNPAID);
  }

  private static Row adjustment(String bookedOn, String state, List<String> causes, String run) {
    return RowFactory.create(
        LocalDate.parse("2026-10-05"),
        LocalDate.parse(bookedOn),
        "v-1",
        "c-1",
        "p-1",
        "PUBLISHER_PAYABLE",
        causes.toArray(String[]::new),
        0L,
        7L,
        state,
        run);
  }

  private static List<String> faults(List<Row> adjustments, String uncharged) {
    SparkSession spark = TestSpark.plain();
    Map<TableName, Dataset<Row>> tables =
        Map.of(
            BillingAdjustments.TABLE,
            spark.createDataFrame(
                adjustments,
                StructType.fromDDL(
                    "billing_day DATE, booked_on DATE, advertiser_id STRING, campaign_id STRING,"
                        + " publisher_id STRING, account STRING, causes ARRAY<STRING>,"
                        + " debit_micros BIGINT, credit_micros BIGINT, state STRING,"
                        + " run_id STRING")),
            BillingPeriods.TABLE,
            spark.createDataFrame(
                List.of(RowFactory.create("v-1", LocalDate.parse("2026-10-01"))),
                StructType.fromDDL("advertiser_id STRING, month DATE")),
            BillingUnchargedClicks.TABLE,
            spark.createDataFrame(
                List.of(RowFactory.create((Object[]) uncharged.split(" "))),
                StructType.fromDDL("reason STRING, publisher_id STRING")),
            RefPublishers.TABLE,
            spark.createDataFrame(
                List.of(RowFactory.create("p-1")), StructType.fromDDL("publisher_id STRING")));
    return new AdjustmentChecks(tables::get, new ReferenceVersions(tables::get), "run-2")
        .check().stream().filter(QualityMetric::failed).map(QualityMetric::fault).toList();
  }
}
