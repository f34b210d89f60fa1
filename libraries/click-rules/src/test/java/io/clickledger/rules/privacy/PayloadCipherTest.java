package io.clickledger.rules.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.Serialized;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PayloadCipherTest {

  private static final PayloadCipher CIPHER = cipher(1);

  @Property(tries = 300)
  void decryptsWhatItEncrypted(@ForAll byte[] payload) {
    byte[] encrypted = CIPHER.encrypt(payload);

    assertThat(encrypted).hasSize(12 + payload.length + 16);
    assertThat(CIPHER.decrypt(encrypted)).isEqualTo(payload);
  }

  @Property(tries = 300)
  void refusesWhatWasChanged(@ForAll byte[] payload, @ForAll @IntRange(max = 1 << 20) int bit) {
    byte[] encrypted = CIPHER.encrypt(payload);
    int at = bit % (encrypted.length * 8);
    encrypted[at / 8] ^= (byte) (1 << at % 8);

    assertThatThrownBy(() -> CIPHER.decrypt(encrypted))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the payload must be one encrypted under key k1 and unchanged");
  }

  @Test
  void refusesWhatAnotherKeyEncrypted() {
    assertThatThrownBy(() -> CIPHER.decrypt(cipher(2).encrypt(new byte[100])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesWhatIsCutOff() {
    byte[] encrypted = CIPHER.encrypt(new byte[100]);

    assertThatThrownBy(() -> CIPHER.decrypt(Arrays.copyOf(encrypted, 127)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CIPHER.decrypt(Arrays.copyOf(encrypted, 27)))
        .hasMessage("an encrypted payload must have at least 28 bytes, had 27");
  }

  @Test
  void encryptsAlikeTwiceAndTwoPayloadsUnderTwoNonces() {
    byte[] one = CIPHER.encrypt(new byte[] {1});
    byte[] two = CIPHER.encrypt(new byte[] {2});

    assertThat(CIPHER.encrypt(new byte[] {1})).isEqualTo(one);
    assertThat(Arrays.copyOf(two, 12)).isNotEqualTo(Arrays.copyOf(one, 12));
  }

  @Test
  void refusesAKeyOfAnotherLengthAndShowsNoKey() {
    assertThatThrownBy(() -> new PayloadCipher("k1", new byte[16]))
        .hasMessage("key k1 must have 32 bytes, had 16");
    assertThat(CIPHER).hasToString("PayloadCipher[keyId=k1]");
  }

  @Test
  void survivesSerialization() {
    assertThat(Serialized.copyOf(CIPHER).decrypt(CIPHER.encrypt(new byte[] {7})))
        .containsExactly(7);
  }

  private static PayloadCipher cipher(int seed) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) seed);
    return new PayloadCipher("k" + seed, key);
  }
}
