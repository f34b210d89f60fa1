package io.clickledger.rules.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.contract.Source;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedClicksTest {

  static List<MalformedClick> overKafka() {
    return MalformedClicks.overKafkaAt(Clicks.NOON);
  }

  static List<MalformedClick> overHttp() {
    return MalformedClicks.overHttpAt(Clicks.NOON);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("overKafka")
  void isRejectedOverKafkaForItsOwnReason(MalformedClick malformed) {
    assertRefused(ClickReader.read(malformed.bytes(), Clicks.NOON), malformed);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("overHttp")
  void isRefusedOverHttpForItsOwnReason(MalformedClick malformed) {
    assertRefused(ClickReader.readPosted(malformed.bytes(), Clicks.NOON, Source.S2S), malformed);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("overHttp")
  void isRefusedAsABodyForTheSameReason(MalformedClick malformed) {
    ReadResult alone = ClickReader.readPosted(malformed.bytes(), Clicks.NOON, Source.S2S);

    assertThat(
            ClickReader.readPostedJson(
                    malformed.bytes(), Clicks.NOON, Source.S2S, Clicks.MAX_IN_A_BODY)
                .results())
        .containsExactly(alone);
  }

  @Test
  void everyReasonHasAnEntryOfItsOwnName() {
    List<MalformedClick> table = MalformedClicks.at(Clicks.NOON);

    assertThat(table).hasSizeGreaterThanOrEqualTo(30);
    assertThat(table).extracting(MalformedClick::name).doesNotHaveDuplicates();
    assertThat(table).extracting(MalformedClick::reason).contains(RejectionReason.values());
  }

  private static void assertRefused(ReadResult reading, MalformedClick malformed) {
    assertThat(reading).isInstanceOf(ReadResult.Rejected.class);
    Fault first = ((ReadResult.Rejected) reading).first();
    assertThat(first.reason()).as(first.detail()).isEqualTo(malformed.reason());
    assertThat(first.field()).isEqualTo(malformed.field());
    if (!"an object without fields".equals(malformed.name())) {
      assertThat(((ReadResult.Rejected) reading).faults()).hasSize(1);
    }
  }
}
