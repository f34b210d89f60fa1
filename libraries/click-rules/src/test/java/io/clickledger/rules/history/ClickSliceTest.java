package io.clickledger.rules.history;

import static io.clickledger.rules.history.ClickHistoryTest.RULES;
import static io.clickledger.rules.history.ClickHistoryTest.SLICE;
import static io.clickledger.rules.history.ClickHistoryTest.WINDOW;
import static io.clickledger.rules.history.HistoryClick.click;
import static io.clickledger.rules.history.WrittenSlices.bytes;
import static io.clickledger.rules.history.WrittenSlices.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class ClickSliceTest {

  @Test
  void countsItsClicksAndTheirLandings() {
    List<ClickSlice> over = new ArrayList<>();
    ClickHistory history = new ClickHistory(WINDOW, WrittenSlices.SECRET, over::add);
    history.repeats(1, 1, 5);
    history.repeats(1, 1, 5);
    history.repeats(1, 2, SLICE - 1);
    history.seal(SLICE - 1);
    assertThat(over).isEmpty();

    history.seal(SLICE);
    history.seal(SLICE);

    assertThat(over).hasSize(1);
    assertThat(over.get(0).index()).isZero();
    assertThat(over.get(0).clicks()).isEqualTo(3);
    assertThat(over.get(0).landings())
        .isEqualTo(2 * ClickSlice.landing(5) + ClickSlice.landing(SLICE - 1));
    assertThatThrownBy(() -> history.repeats(1, 3, SLICE - 1))
        .hasMessageContaining("order of landing");
  }

  @Test
  void isReadWhereItIsLargerThanABuffer() {
    List<byte[]> written = new ArrayList<>();
    ClickHistory history =
        new ClickHistory(WINDOW, WrittenSlices.SECRET, slice -> written.add(bytes(slice)));
    int clicks = 30_000;
    for (int i = 0; i < clicks; i++) {
      HistoryClick click = click(i).by(i);
      click.repeatsIn(history);
      click.ofUserIn(history, RULES);
    }
    history.seal(SLICE);
    ClickHistory restored = new ClickHistory(WINDOW, WrittenSlices.SECRET);
    restored.append(read(written.get(0)));

    for (int i = 0; i < clicks; i++) {
      assertThat(click(i).landedAt(SLICE).repeatsIn(restored)).isTrue();
      HistoryClick again = click(clicks + i).by(i).atSecond(1001).landedAt(SLICE);
      assertThat(again.ofUserIn(restored, RULES)).containsExactly("repeat");
    }
    assertThat(click(clicks).landedAt(SLICE).repeatsIn(restored)).isFalse();
  }

  @Test
  void refusesBytesThatAreNoSlice() {
    byte[] empty = bytes(ClickSlice.empty(7, WrittenSlices.SECRET));
    assertThat(read(empty).index()).isEqualTo(7);

    assertThatThrownBy(() -> read(Arrays.copyOf(empty, empty.length - 8)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read(Arrays.copyOf(empty, empty.length + 8)))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] tooLong = empty.clone();
    ByteBuffer.wrap(tooLong).order(ByteOrder.LITTLE_ENDIAN).putLong(5 * Long.BYTES, 1L << 40);
    assertThatThrownBy(() -> read(tooLong)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Where this fails, slices that were written before say something else: raise the format. */
  @Test
  void isWrittenInTheFormatOfItsNumber() {
    CRC32C checksum = new CRC32C();
    ClickHistory history =
        new ClickHistory(WINDOW, WrittenSlices.SECRET, slice -> slice.write(checksum::update));
    HistoryClick.random(new Random(7), 5).forEach(click -> click.in(history, RULES));

    assertThat(List.of(ClickSlice.FORMAT, checksum.getValue())).isEqualTo(List.of(1, 1619174911L));
  }
}
