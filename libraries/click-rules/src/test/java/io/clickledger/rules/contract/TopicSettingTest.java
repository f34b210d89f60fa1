package io.clickledger.rules.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicSettingTest {

  @ParameterizedTest
  @EnumSource(TopicSetting.class)
  void allowsTheValueThatATopicIsMadeWith(TopicSetting setting) {
    assertThat(setting.fault(setting.value())).isEmpty();
  }

  @Test
  void namesTheSettingWhatIsAllowedAndWhatWasThere() {
    assertThat(TopicSetting.COMPRESSION_TYPE.fault("producer"))
        .hasValue("compression.type must be lz4, was producer");
    assertThat(TopicSetting.MAX_MESSAGE_BYTES.fault("1048588"))
        .hasValue("max.message.bytes must be 131072..262144, was 1048588");
    assertThat(TopicSetting.MAX_MESSAGE_BYTES.fault("131071")).isNotEmpty();
    assertThat(TopicSetting.MAX_MESSAGE_BYTES.fault("131072")).isEmpty();
    assertThat(TopicSetting.CLEANUP_POLICY.fault("compact,delete")).isNotEmpty();
    assertThat(TopicSetting.MAX_TIMESTAMP_AGE.fault("9223372036854775807")).isNotEmpty();
    assertThat(TopicSetting.MAX_TIMESTAMP_AGE.fault("-1")).isNotEmpty();
    assertThat(TopicSetting.MAX_TIMESTAMP_AGE.fault(null))
        .hasValue(
            "message.timestamp.before.max.ms must be 0..3000000000000, was unknown to the broker");
  }
}
