package io.clickledger.batch.audit.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.run.TestSpark;
import io.clickledger.lake.landed.LandedRange;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RangeContinuityCheckIT {
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = TestSpark.plain();
  }

  @AfterAll
  static void end() {
    spark.stop();
  }

  @Test
  void rangesSideBySideAreRight() {
    assertThat(
            findings(
                List.of(
                    landing(RawClicks.TABLE, 0, 5, 10),
                    landing(RawClicks.TABLE, 0, 10, 11),
                    landing(RawClicks.TABLE, 1, 0, 3),
                    landing(RawRejectedClicks.TABLE, 0, 5, 11))))
        .isEmpty();
  }

  @Test
  void aMissingRangeIsFoundInItsTableAndPartition() {
    assertThat(
            findings(
                List.of(
                    landing(RawClicks.TABLE, 3, 0, 10),
                    landing(RawClicks.TABLE, 3, 12, 20),
                    landing(RawRejectedClicks.TABLE, 3, 0, 20))))
        .containsExactly("raw.clicks: no landing covers partition 3, offsets [10, 12)");
  }

  @Test
  void aRangeLandedTwiceIsFound() {
    assertThat(
            findings(
                List.of(
                    landing(RawRejectedClicks.TABLE, 0, 0, 10),
                    landing(RawRejectedClicks.TABLE, 0, 8, 20),
                    landing(RawRejectedClicks.TABLE, 0, 2, 4))))
        .containsExactly(
            "raw.rejected_clicks: landed twice: partition 0, offsets [2, 4)",
            "raw.rejected_clicks: landed twice: partition 0, offsets [8, 10)");
  }

  @Test
  void namesTheFirstFindingsOfEachKindAndCountsOthers() {
    List<LandedRange> everySecond =
        IntStream.range(0, 31)
            .mapToObj(i -> landing(RawClicks.TABLE, 0, 20L * i, 20L * i + 10))
            .toList();
    List<LandedRange> twice =
        List.of(landing(RawClicks.TABLE, 7, 0, 9), landing(RawClicks.TABLE, 7, 0, 9));

    assertThat(findings(Stream.concat(everySecond.stream(), twice.stream()).toList()))
        .hasSize(22)
        .startsWith(
            "raw.clicks: no landing covers partition 0, offsets [10, 20)",
            "raw.clicks: no landing covers partition 0, offsets [30, 40)")
        .endsWith(
            "raw.clicks: no landing covers partition 0, offsets [390, 400)",
            "no landing covers a range: 10 more",
            "raw.clicks: landed twice: partition 7, offsets [0, 9)");
  }

  private static List<String> findings(List<LandedRange> landings) {
    Findings findings = new Findings();
    RangeContinuityCheck.check(LandedRanges.rows(spark, landings), findings);
    return findings.sentences();
  }

  private static LandedRange landing(TableName table, int partition, long from, long to) {
    return new LandedRange(table, 1, "topic", partition, from, to, 1, Instant.EPOCH, 0);
  }
}
