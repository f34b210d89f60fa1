package io.clickledger.streaming.count;

import static io.clickledger.rules.contract.Clicks.click;
import static io.clickledger.rules.contract.Clicks.clickId;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.history.CopySurvey;
import io.clickledger.history.LandedWindow;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.rules.history.ClickHistory;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.driver.Lake;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Starts of CountClicks on a real lake, with a window so short that its slices come to an end. */
class CopiedRestartIT {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int CLICKS = 20;

  private static final List<Instant> LANDINGS = new ArrayList<>();

  private static Lake lake;

  @BeforeAll
  static void startLake() throws InterruptedException {
    lake = new Lake();
    lake.dedupWindow = WINDOW;
    for (int start = 0; start < 3; start++) {
      for (int i = 0; i < CLICKS; i++) {
        lake.send("k", click("once-" + start + "-" + i).clickedAt(Instant.now()).bytes());
      }
      lake.send("k", click("again").clickedAt(Instant.now()).bytes());
      lake.land();
      lake.count();
      LANDINGS.add(landedThrough());
      while (start < 2 && slice(Instant.now()) == slice(landedThrough())) {
        Thread.sleep(100);
      }
    }
    lake.save();
  }

  @BeforeEach
  void restoreLake() {
    lake.restore();
  }

  @AfterAll
  static void stopLake() {
    lake.close();
  }

  @Test
  void knowsWhatEarlierDriversCounted() {
    assertThat(measure(ClickMeasures.DUPLICATE_CLICKS)).isEqualTo(2);
    assertThat(measure(ClickMeasures.GROSS_CLICKS)).isEqualTo(3 * (CLICKS + 1));
  }

  @Test
  void saysInCommitsWithWhichWindowItCounted() {
    assertThat(counted().dedupWindow()).contains(WINDOW);
  }

  @Test
  void findsCopiesOfAllThatIsOver() {
    CopySurvey.Found found = find();

    assertThat(found.slices()).containsExactly(slice(LANDINGS.get(0)), slice(LANDINGS.get(1)));
    assertThat(found.end()).isEqualTo(slice(LANDINGS.get(2)));
    assertThat(found.executors()).hasSize(2);
  }

  @Test
  void findsTheSameWhereLandingsWereCompactedIntoOneFile() {
    CopySurvey.Found before = find();
    SparkActions.get(lake.spark)
        .rewriteDataFiles(lake.iceberg(RawClicks.TABLE))
        .option("rewrite-all", "true")
        .execute();
    assertThat(lake.table(RawClicks.TABLE).inputFiles()).hasSizeLessThan(3);

    assertThat(find()).isEqualTo(before);
  }

  @Test
  void usesNoCopyOfWhatLeftRawClicks() {
    lake.delete(RawClicks.TABLE, RawClicks.CLICK_ID, clickId("once-1-7"));

    assertThat(find().slices()).containsExactly(slice(LANDINGS.get(0)));
    assertThat(find().end()).isEqualTo(slice(LANDINGS.get(1)));
  }

  private static CopySurvey.Found find() {
    Table raw = lake.iceberg(RawClicks.TABLE);
    StreamingSettings settings = lake.settings();
    Instant through = landedThrough();
    Instant from = Instant.ofEpochMilli(ClickHistory.visibleFrom(WINDOW, through.toEpochMilli()));
    return new CopySurvey(
            JavaSparkContext.fromSparkContext(lake.spark.sparkContext()),
            CountClicks.copies(settings, 2, raw).orElseThrow())
        .find(new LandedWindow(from, through).pieces(lake.spark, raw, 1_000), WINDOW);
  }

  private static Instant landedThrough() {
    return counted().landedThrough();
  }

  private static CommittedPosition counted() {
    return CommittedPosition.newest(lake.iceberg(LiveClicksByMinute.TABLE), CountClicks.QUERY)
        .orElseThrow();
  }

  private static long slice(Instant instant) {
    return ClickHistory.sliceAt(WINDOW, instant.toEpochMilli());
  }

  private static long measure(String column) {
    return lake.table(LiveClicksByMinute.TABLE).agg(sum(column)).first().getLong(0);
  }
}
