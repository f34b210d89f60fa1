package io.clickledger.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyedHashTest {

  /** As CPython, which hashes bytes by SipHash-1-3, computes them with PYTHONHASHSEED=0. */
  @ParameterizedTest
  @CsvSource({
    "61, 4644417185603328019",
    "61642d31, 17200377306847256591",
    "0001020304050607, 16921169381604339434",
    "000102030405060708090a0b0c0d0e, 17514137373579004394",
    "000102030405060708090a0b0c0d0e0f, 9904005486622393783",
  })
  void isSipHash13(String bytes, String hash) {
    byte[] value = HexFormat.of().parseHex(bytes);

    assertThat(Long.toUnsignedString(new KeyedHash(0).of(UTF8String.fromBytes(value))))
        .isEqualTo(hash);
    if (value.length == 2 * Long.BYTES) {
      ByteBuffer words = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(Long.toUnsignedString(new KeyedHash(0).of(words.getLong(), words.getLong())))
          .isEqualTo(hash);
    }
  }

  @Test
  void readsATextWhereverItIsInMemory() {
    byte[] bytes = "..ad-of-twenty-bytes..".getBytes(StandardCharsets.UTF_8);

    assertThat(new KeyedHash(7).of(UTF8String.fromBytes(bytes, 2, bytes.length - 4)))
        .isEqualTo(
            new KeyedHash(7)
                .of(UTF8String.fromBytes(Arrays.copyOfRange(bytes, 2, bytes.length - 2))));
  }
}
