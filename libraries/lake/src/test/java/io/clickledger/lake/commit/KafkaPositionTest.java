package io.clickledger.lake.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaPositionTest {
  @Test
  void writesPartitionsInOrderSoEqualPositionsAreEqualTexts() {
    KafkaPosition position = KafkaPosition.of(Map.of(10, 5L, 2, 7L));

    assertThat(position).hasToString("2:7,10:5");
    assertThat(KafkaPosition.parse("10:5,2:7")).isEqualTo(position);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "0:", "0:-1", "-1:0", "a:1", "1", "0:1,", ",", "0:1 ", "{\"0\":1}"})
  void refusesWhatIsNoPosition(String text) {
    assertThatThrownBy(() -> KafkaPosition.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }

  @Test
  void takesAPartitionThatWasNotThereYetForUnread() {
    KafkaPosition before = KafkaPosition.of(Map.of(0, 4L));
    KafkaPosition after = KafkaPosition.of(Map.of(0, 6L, 1, 3L));

    assertThat(after.min(before)).isEqualTo(KafkaPosition.of(Map.of(0, 4L, 1, 0L)));
    assertThat(before.max(KafkaPosition.of(Map.of(0, 2L, 1, 9L))))
        .isEqualTo(KafkaPosition.of(Map.of(0, 4L, 1, 9L)));
    assertThat(after.covers(before)).isTrue();
    assertThat(before.covers(after)).isFalse();
    assertThat(after.since(before)).isEqualTo(5);
    assertThat(before.over(Set.of(0, 1))).isEqualTo(KafkaPosition.of(Map.of(0, 4L, 1, 0L)));
  }

  @Test
  void saysAnAdvanceAndNamesNewPartitions() {
    KafkaPosition before = KafkaPosition.of(Map.of(0, 4L, 1, 7L));
    KafkaPosition after = KafkaPosition.of(Map.of(0, 6L, 1, 7L, 2, 0L));

    KafkaPosition advance = after.advanceSince(before).orElseThrow();

    assertThat(advance).hasToString("0:2,2:0");
    assertThat(before.plus(advance)).isEqualTo(after);
  }

  @Test
  void isNoAdvanceWhereAPartitionIsGoneOrBack() {
    KafkaPosition before = KafkaPosition.of(Map.of(0, 4L, 1, 7L));

    assertThat(KafkaPosition.of(Map.of(0, 9L)).advanceSince(before)).isEmpty();
    assertThat(KafkaPosition.of(Map.of(0, 3L, 1, 8L)).advanceSince(before)).isEmpty();
    assertThat(new RawPosition(1).advanceSince(before)).isEmpty();
  }
}
