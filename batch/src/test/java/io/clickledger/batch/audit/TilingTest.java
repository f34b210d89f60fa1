package io.clickledger.batch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.lake.Landing;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TilingTest {
  @Test
  void rangesSideBySideHaveNoHole() {
    assertThat(
            Tiling.holes(
                List.of(
                    landing(RawClicks.TABLE, 0, 5, 10),
                    landing(RawClicks.TABLE, 0, 10, 11),
                    landing(RawClicks.TABLE, 1, 0, 3),
                    landing(RawRejectedClicks.TABLE, 0, 5, 11))))
        .isEmpty();
  }

  @Test
  void aRangeLeftOutIsAHoleOfItsTableAndPartition() {
    assertThat(
            Tiling.holes(
                List.of(
                    landing(RawClicks.TABLE, 3, 0, 10),
                    landing(RawClicks.TABLE, 3, 12, 20),
                    landing(RawRejectedClicks.TABLE, 3, 0, 20))))
        .containsExactly("raw.clicks: no landing covers partition 3, offsets [10, 12)");
  }

  @Test
  void aRangeLandedTwiceIsAHole() {
    assertThat(
            Tiling.holes(
                List.of(
                    landing(RawRejectedClicks.TABLE, 0, 0, 10),
                    landing(RawRejectedClicks.TABLE, 0, 8, 20),
                    landing(RawRejectedClicks.TABLE, 0, 2, 4))))
        .containsExactly(
            "raw.rejected_clicks: landed twice: partition 0, offsets [2, 4)",
            "raw.rejected_clicks: landed twice: partition 0, offsets [8, 10)");
  }

  private static Landing landing(TableName table, int partition, long from, long to) {
    return new Landing(table, 1, "topic", partition, from, to, 1, Instant.EPOCH, 0);
  }
}
