package io.clickledger.rules.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.Serialized;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PseudonymsTest {

  /** Test case 1 of RFC 4231, the first half of its HMAC-SHA-256. */
  @Test
  void knowsTheAnswerOfTheStandard() {
    byte[] key = new byte[20];
    Arrays.fill(key, (byte) 0x0b);

    assertThat(new Pseudonyms("k1", key).of("Hi There"))
        .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b");
  }

  /** Test case 7 of RFC 4231: a key longer than a block. */
  @Test
  void knowsTheAnswerOfTheStandardForALongKey() {
    byte[] key = new byte[131];
    Arrays.fill(key, (byte) 0xaa);
    String text =
        "This is a test using a larger than block-size key and a larger than block-size data. "
            + "The key needs to be hashed before being used by the HMAC algorithm.";

    assertThat(new Pseudonyms("k1", key).of(text)).isEqualTo("9b09ffa71b942fcb27635fbcd5b0e944");
  }

  @Test
  void differsByKeyAndByText() {
    Pseudonyms one = pseudonyms("k1");
    Pseudonyms two = pseudonyms("k2");

    assertThat(one.of("user-1")).isNotEqualTo(one.of("user-2")).isNotEqualTo(two.of("user-1"));
  }

  @Test
  void givesManyThreadsTheSameAnswers() {
    Pseudonyms pseudonyms = pseudonyms("k1");
    List<String> alone =
        IntStream.range(0, 2_000).mapToObj(i -> pseudonyms("k1").of("user-" + i)).toList();

    List<String> together =
        IntStream.range(0, 2_000).parallel().mapToObj(i -> pseudonyms.of("user-" + i)).toList();

    assertThat(together).isEqualTo(alone);
  }

  @Test
  void survivesSerialization() {
    Pseudonyms copy = Serialized.copyOf(pseudonyms("k1"));

    assertThat(copy.keyId()).isEqualTo("k1");
    assertThat(copy.of("user-1")).isEqualTo(pseudonyms("k1").of("user-1"));
  }

  @Test
  void refusesAShortKeyAndShowsNoKey() {
    assertThatThrownBy(() -> new Pseudonyms("k1", new byte[15]))
        .hasMessage("key k1 must have at least 16 bytes, had 15");
    assertThat(pseudonyms("k1")).hasToString("Pseudonyms[keyId=k1]");
  }

  private static Pseudonyms pseudonyms(String keyId) {
    return new Pseudonyms(
        keyId, (keyId + "-of-32-bytes-for-these-tests-").getBytes(StandardCharsets.UTF_8));
  }
}
