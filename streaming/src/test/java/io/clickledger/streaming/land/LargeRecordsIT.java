package io.clickledger.streaming.land;

import static io.clickledger.rules.contract.Clicks.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.contract.TopicSetting;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.streaming.driver.Lake;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a record takes when it is read is bounded by what the topic takes of it compressed. The
 * driver's queries run in this JVM, and so does the broker.
 */
class LargeRecordsIT {

  /** Of zeros; compresses to a little less than the topic's bound by LZ4, to a tenth by zstd. */
  private static final int LARGEST_THAT_FITS = 60 << 20;

  private final Lake lake = new Lake();

  @AfterEach
  void closeLake() {
    lake.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip", "lz4"})
  void theBrokerRefusesWhatWouldBeLargerWhereItIsRead(String codec) {
    assertThatThrownBy(() -> lake.sendCompressed(codec, 0, new byte[100 << 20]))
        .hasRootCauseInstanceOf(RecordTooLargeException.class);
  }

  @Test
  void landsTheLargestRecordsThatTheTopicTakesAsRejected() {
    for (int partition = 0; partition < 2; partition++) {
      for (String codec : List.of("lz4", "lz4", "zstd", "lz4")) {
        lake.sendCompressed(codec, partition, new byte[LARGEST_THAT_FITS]);
      }
      lake.sendTo(partition, click("behind-" + partition).clickedAt(Instant.now()).bytes());
    }

    lake.land();

    List<Row> rejected = lake.table(RawRejectedClicks.TABLE).collectAsList();
    assertThat(rejected)
        .hasSize(8)
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs(RawRejectedClicks.REASON))
                  .isEqualTo(RejectionReason.TOO_LARGE.name());
              assertThat(row.<String>getAs(RawRejectedClicks.DETAIL))
                  .endsWith("had " + LARGEST_THAT_FITS);
              assertThat(row.<byte[]>getAs(RawRejectedClicks.PAYLOAD))
                  .hasSizeLessThan(ClickLimits.REJECTED_PAYLOAD_BYTES + 100);
            });
    assertThat(lake.table(RawClicks.TABLE).count()).isEqualTo(2);
  }

  @Test
  void refusesATopicThatCouldStopLanding() throws Exception {
    lake.setTopic(
        Map.of(
            "compression.type", "producer",
            "max.message.bytes", "1048588",
            "message.timestamp.before.max.ms", "9223372036854775807"));

    assertThatThrownBy(() -> lake.landClicks().start())
        .hasMessageContainingAll(
            "topic " + lake.topic + " at 127.0.0.1:",
            "compression.type must be lz4, was producer",
            "max.message.bytes must be 131072..262144, was 1048588",
            "message.timestamp.before.max.ms must be 0..3000000000000, was 9223372036854775807",
            "kafka-configs.sh --bootstrap-server 127.0.0.1:",
            "--alter --entity-type topics --entity-name "
                + lake.topic
                + " --add-config compression.type=lz4,max.message.bytes=262144,message.timestamp.before.max.ms=3000000000000\n")
        .hasMessageNotContaining("cleanup.policy");

    lake.setTopic(
        Arrays.stream(TopicSetting.values())
            .collect(Collectors.toMap(TopicSetting::key, TopicSetting::value)));
    lake.landClicks().start().stop();
  }
}
