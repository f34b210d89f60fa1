package io.clickledger.rules.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.Clicks;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClickTimesTest {

  @ParameterizedTest
  @CsvSource({
    "2026-11-20T12:00:00Z, 2026-11-20T12:00:00Z",
    "2026-11-20T12:00Z, 2026-11-20T12:00:00Z",
    "2026-11-20T12:00:00.5Z, 2026-11-20T12:00:00.500Z",
    "2026-11-20T12:00:00.123456789Z, 2026-11-20T12:00:00.123456Z",
    "2026-11-20T12:00:00+05:30, 2026-11-20T06:30:00Z",
    "2026-11-20T12:00:00-08, 2026-11-20T20:00:00Z",
    "2026-11-20T00:00:00+14:00, 2026-11-19T10:00:00Z",
    "2024-02-29T12:00:00Z, 2024-02-29T12:00:00Z",
    "2026-11-20t12:00:00z, 2026-11-20T12:00:00Z",
    "2026-11-20T12:00:00.123456789012345Z, 2026-11-20T12:00:00.123456Z",
    "2026-11-20T12:00:00+0530, 2026-11-20T06:30:00Z",
    "2026-11-20T12:00:00-0000, 2026-11-20T12:00:00Z"
  })
  void readsAnIsoTimeWithAnOffset(String text, Instant time) {
    assertThat(ClickTimes.parse(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-11-20",
        "2026-11-20T12Z",
        "2026-11-20T12:00:00",
        "2026-11-20 12:00:00Z",
        "2026-11-20T12:00:00.Z",
        "2026-11-20T12:00:00,5Z",
        "2026-11-20T12:00:00+01000",
        "2026-11-20T12:00:00+010",
        "2026-11-20T12:00:00+19:00",
        "2026-11-20T12:00:00+01:60",
        "2026-11-20T12:00:00 +01:00",
        "2026-11-20T12:00:00Z ",
        "2026-11-20T12:00:00[UTC]",
        "2026-11-20T12:00:00Z[Europe/Paris]",
        "2026-11-20T24:00:00Z",
        "2026-11-20T12:60:00Z",
        "2026-11-20T12:00:60Z",
        "2026-00-20T12:00:00Z",
        "2026-13-20T12:00:00Z",
        "2026-11-00T12:00:00Z",
        "2026-11-31T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "+2026-11-20T12:00:00Z",
        "20261120T120000Z0",
        "٢٠٢٦-11-20T12:00:00Z"
      })
  void readsNothingElse(String text) {
    assertThat(ClickTimes.parse(text)).isNull();
  }

  @Property
  void readsWhatJavaReads(
      @ForAll @LongRange(min = 0, max = 253_402_300_799L) long second,
      @ForAll @IntRange(max = 999_999_999) int nano,
      @ForAll @IntRange(min = -64_800, max = 64_800) int offset) {
    OffsetDateTime time =
        OffsetDateTime.of(
            LocalDateTime.ofEpochSecond(second, nano, ZoneOffset.UTC),
            ZoneOffset.ofTotalSeconds(offset - offset % 60));

    assertThat(ClickTimes.parse(time.toString()))
        .isEqualTo(time.toInstant().truncatedTo(ChronoUnit.MICROS));
  }

  @Test
  void bothEdgesAreWithin() {
    Instant noon = Clicks.NOON;
    Instant earliest = noon.minus(ClickTimes.MAX_BEFORE_REFERENCE);
    Instant latest = noon.plus(ClickTimes.MAX_AFTER_REFERENCE);

    assertThat(ClickTimes.isTooEarly(earliest, noon)).isFalse();
    assertThat(ClickTimes.isTooEarly(earliest.minusNanos(1_000), noon)).isTrue();
    assertThat(ClickTimes.isTooLate(latest, noon)).isFalse();
    assertThat(ClickTimes.isTooLate(latest.plusNanos(1_000), noon)).isTrue();
  }

  @Test
  void theEndsOfTimeAreJudgedToo() {
    assertThat(ClickTimes.isTooEarly(Instant.ofEpochMilli(Long.MIN_VALUE), Instant.MAX)).isTrue();
    assertThat(ClickTimes.isTooLate(Instant.ofEpochMilli(Long.MAX_VALUE), Instant.MIN)).isTrue();
  }
}
