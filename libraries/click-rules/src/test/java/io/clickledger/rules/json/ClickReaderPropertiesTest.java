package io.clickledger.rules.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickJson;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.contract.Source;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ClickReaderPropertiesTest {

  private static final Instant NOON = Clicks.NOON;

  /** Values that stand where another should: some right, most wrong. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "1e9",
          "9223372036854775807",
          "-9223372036854775808",
          "9223372036854775808",
          "\"\"",
          "\"a\"",
          "\"a b\"",
          "\"\\ud800\"",
          "\"EUR\"",
          "\"kafka\"",
          "\"2026-11-20T12:00:00Z\"",
          "1795176000000",
          "\"203.0.113.7\"",
          "\"https://example.com\"",
          "[]",
          "{\"a\":1,\"a\":2}",
          "[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]");

  @Property
  void aWrittenClickIsReadAsTheSameClick(@ForAll("clicks") Click click) {
    byte[] written = ClickWriter.write(click);

    assertThat(ClickReader.read(written, NOON)).isEqualTo(new ReadResult.Accepted(click));
  }

  @Property
  void aPostedClickAlwaysLandsAsTheSameClick(
      @ForAll("posted") String text,
      @ForAll @LongRange(min = -300_000, max = 90L * 86_400_000) long delayMillis) {
    ReadResult posted = ClickReader.readPosted(bytes(text), NOON.plusNanos(999_999), Source.S2S);

    if (posted instanceof ReadResult.Accepted accepted) {
      byte[] written = ClickWriter.write(accepted.click());
      assertThat(ClickReader.read(written, NOON.plusMillis(delayMillis))).isEqualTo(posted);
    }
  }

  @Property
  void aRecordCutOffIsUnreadable(
      @ForAll("clicks") Click click, @ForAll @IntRange(max = 9999) int at) {
    byte[] written = ClickWriter.write(click);

    ReadResult reading = ClickReader.read(Arrays.copyOf(written, at % written.length), NOON);

    assertThat(((ReadResult.Rejected) reading).first().reason())
        .isIn(RejectionReason.UNREADABLE_JSON, RejectionReason.EMPTY);
  }

  @Property
  void damagedBytesNeverThrowAndAreJudgedAlikeTwice(
      @ForAll("clicks") Click click, @ForAll("damages") List<Damage> damages) {
    byte[] record = ClickWriter.write(click);
    for (Damage damage : damages) {
      record = damage.to(record);
    }

    ReadResult reading = ClickReader.read(record, NOON);

    assertThat(ClickReader.read(record.clone(), NOON)).isEqualTo(reading);
    assertStable(reading);
    ClickReader.readPostedJson(record, NOON, Source.S2S, Clicks.MAX_IN_A_BODY);
    ClickReader.readPostedLines(record, NOON, Source.S2S, Clicks.MAX_IN_A_BODY);
  }

  @Property
  void anyBytesNeverThrow(@ForAll byte[] record) {
    assertStable(ClickReader.read(record, NOON));
    ClickReader.readPostedJson(record, NOON, Source.S2S, Clicks.MAX_IN_A_BODY);
    ClickReader.readPostedLines(record, NOON, Source.S2S, Clicks.MAX_IN_A_BODY);
  }

  @Property
  void faultsComeInTheContractsOrderOnePerField(@ForAll("posted") String text) {
    for (ReadResult reading :
        List.of(
            ClickReader.read(bytes(text), NOON),
            ClickReader.readPosted(bytes(text), NOON, Source.S2S))) {
      if (reading instanceof ReadResult.Rejected rejected) {
        List<ClickField> fields =
            rejected.faults().stream()
                .filter(fault -> fault.field() != null)
                .map(fault -> ClickField.find(fault.field()))
                .filter(field -> field != null)
                .toList();
        assertThat(fields).isSorted().doesNotHaveDuplicates();
      }
      assertStable(reading);
    }
  }

  @Property
  void anArrayAndItsLinesReadAsItsElementsDo(@ForAll("bodies") List<String> elements) {
    List<ReadResult> alone =
        elements.stream()
            .map(element -> ClickReader.readPosted(bytes(element), NOON, Source.S2S))
            .toList();

    String array = "[ " + String.join(" , ", elements) + " ]";
    String lines = String.join("\n", elements);

    assertThat(
            ClickReader.readPostedJson(bytes(array), NOON, Source.S2S, Clicks.MAX_IN_A_BODY)
                .results())
        .isEqualTo(alone);
    assertThat(
            ClickReader.readPostedLines(bytes(lines), NOON, Source.S2S, Clicks.MAX_IN_A_BODY)
                .results())
        .isEqualTo(alone);
  }

  @Property
  void aTimeIsBelievedFromTheEarliestToTheLatest(
      @ForAll @LongRange(min = -40L * 86_400_000_000L, max = 600_000_000L) long micros) {
    Instant clickedAt = NOON.plusNanos(micros * 1_000);
    boolean believed =
        !clickedAt.isBefore(NOON.minus(Duration.ofDays(35)))
            && !clickedAt.isAfter(NOON.plus(Duration.ofMinutes(5)));

    ReadResult reading = ClickReader.read(Clicks.click("a").clickedAt(clickedAt).bytes(), NOON);

    assertThat(reading instanceof ReadResult.Accepted).isEqualTo(believed);
  }

  @Provide
  Arbitrary<Click> clicks() {
    return ClickArbitraries.clicks();
  }

  /** A click with any of its fields replaced by any value, or by none. */
  @Provide
  Arbitrary<String> posted() {
    List<String> names = Arrays.stream(ClickField.values()).map(ClickField::wireName).toList();
    Arbitrary<String> replaced =
        Arbitraries.oneOf(Arbitraries.of(names), Arbitraries.of("colour", "zone", "n".repeat(65)));
    return Arbitraries.maps(replaced, Arbitraries.of(VALUES).injectNull(0.1))
        .ofMaxSize(4)
        .map(
            changes -> {
              ClickJson click = ClickJson.click("a");
              changes.forEach(
                  (name, value) -> {
                    if (value == null) {
                      click.without(name);
                    } else {
                      click.with(name, value);
                    }
                  });
              return click.text();
            });
  }

  @Provide
  Arbitrary<List<String>> bodies() {
    return Arbitraries.oneOf(posted(), Arbitraries.of("17", "null", "[1,[2]]", "\"a\"", "{}"))
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  /** One thing that goes wrong with bytes: some are lost, some are put in. */
  record Damage(int at, int lost, byte[] added) {

    byte[] to(byte[] record) {
      int from = record.length == 0 ? 0 : at % record.length;
      int end = Math.min(record.length, from + lost);
      ByteArrayOutputStream damaged = new ByteArrayOutputStream();
      damaged.write(record, 0, from);
      damaged.writeBytes(added);
      damaged.write(record, end, record.length - end);
      return damaged.toByteArray();
    }
  }

  @Provide
  Arbitrary<List<Damage>> damages() {
    Arbitrary<byte[]> json =
        Arbitraries.of("\"", "{", "}", "[", "]", ",", ":", "\\", "\\u", "0", "-", "null", "\u0000")
            .map(ClickReaderPropertiesTest::bytes);
    Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofMaxSize(4);
    return Combinators.combine(
            Arbitraries.integers().between(0, 5_000),
            Arbitraries.integers().between(0, 3),
            Arbitraries.oneOf(json, any))
        .as(Damage::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  /** What was accepted is written and read again as itself; what was not has a reason. */
  private static void assertStable(ReadResult reading) {
    if (reading instanceof ReadResult.Accepted accepted) {
      assertThat(ClickReader.read(ClickWriter.write(accepted.click()), NOON)).isEqualTo(reading);
    } else {
      assertThat(((ReadResult.Rejected) reading).faults()).isNotEmpty();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
