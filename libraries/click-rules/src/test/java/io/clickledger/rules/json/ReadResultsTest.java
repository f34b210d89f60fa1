package io.clickledger.rules.json;

import static io.clickledger.rules.contract.ClickJson.click;
import static io.clickledger.rules.contract.ClickLimits.MAX_REQUEST_FAULTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ReadResults.End;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadResultsTest {

  private static final int BODY_BYTES = 1 << 20;

  /** What reading a body of malformed clicks may allocate, garbage included. */
  private static final long MAX_MALFORMED = 4L * BODY_BYTES;

  /** And one that is full of the smallest clicks. */
  private static final long MAX_ACCEPTED = 24L * BODY_BYTES;

  @Test
  void stopsAfterTheClickWithTheHundredthFault() {
    ReadResults array = json("[" + "1,".repeat(5_000) + "1]");
    ReadResults lines = lines("{}\n".repeat(5_000));

    assertThat(array.results()).hasSize(MAX_REQUEST_FAULTS);
    assertThat(array.end()).isEqualTo(End.MAX_FAULTS);
    assertThat(lines.results()).hasSize(MAX_REQUEST_FAULTS / 4);
    assertThat(lines.end()).isEqualTo(End.MAX_FAULTS);
  }

  @Test
  void readsABodyWithAHundredFaultsToItsEnd() {
    assertThat(json("[" + "1,".repeat(MAX_REQUEST_FAULTS - 1) + "1]").end()).isEqualTo(End.BODY);
    assertThat(lines("{}\n".repeat(MAX_REQUEST_FAULTS / 4)).end()).isEqualTo(End.BODY);
  }

  @Test
  void readsSoManyClicksAsAreAllowed() {
    List<String> clicks =
        IntStream.range(0, 4).mapToObj(i -> click("c" + i).text()).collect(Collectors.toList());
    String array = "[" + String.join(",", clicks) + "]";
    String lines = String.join("\n", clicks);

    assertThat(ClickReader.readPostedJson(bytes(array), Clicks.NOON, Source.S2S, 4).end())
        .isEqualTo(End.BODY);
    ReadResults tooMany = ClickReader.readPostedJson(bytes(array), Clicks.NOON, Source.S2S, 3);
    assertThat(tooMany.results()).hasSize(3).hasOnlyElementsOfType(ReadResult.Accepted.class);
    assertThat(tooMany.end()).isEqualTo(End.MAX_CLICKS);
    assertThat(ClickReader.readPostedLines(bytes(lines), Clicks.NOON, Source.S2S, 3).end())
        .isEqualTo(End.MAX_CLICKS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[               | 1",
        "[,]             | 1",
        "[CLICK          | 1",
        "[CLICK,         | 1",
        "[CLICK,]        | 1",
        "[CLICK CLICK]   | 1",
        "[CLICK,,CLICK]  | 1",
        "[CLICK]]        | 1",
        "[CLICK] x       | 1",
        "[CLICK}         | 1",
        "[tru,CLICK]     | 0",
        "[{,CLICK]       | 0",
        "[\"a,CLICK]     | 1",
        "[{\"a\":\"\\\"}] | 0",
        "[{\"a\":[}],CLICK] | 0",
      })
  void endsWhereAnArrayStopsBeingJson(String body, int structure) {
    ReadResults posted = json(body.replace("CLICK", click("a").text()));

    assertThat(posted.end()).isEqualTo(End.UNREADABLE);
    ReadResult last = posted.results().get(posted.results().size() - 1);
    Fault fault = ((ReadResult.Rejected) last).first();
    assertThat(fault.reason()).isEqualTo(RejectionReason.UNREADABLE_JSON);
    assertThat(fault.detail()).startsWith(structure == 1 ? "the body must be" : "the record must");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        " [ ] ",
        "[CLICK]",
        "\n[\tCLICK\r\n,CLICK ]\n",
        "[{\"a\":\"]}\\\"\\\\\"},CLICK]",
        "[[1,[\"]\"],{}],true,-1.5e3,null,\"a,]\\\\\",CLICK]"
      })
  void readsEveryElementOfAnArray(String body) {
    ReadResults posted = json(body.replace("CLICK", click("a").text()));

    assertThat(posted.end()).isEqualTo(End.BODY);
    assertThat(posted.results())
        .filteredOn(ReadResult.Accepted.class::isInstance)
        .hasSize(body.split("CLICK", -1).length - 1);
  }

  static Map<String, String> malformedBodies() {
    Map<String, String> bodies = new TreeMap<>();
    bodies.put("empty objects", "[" + filled("{},", "{}]"));
    bodies.put("numbers", "[" + filled("1,", "1]"));
    bodies.put("lines of numbers", filled("1\n", "1"));
    bodies.put("blank lines", filled(" \n", "1"));
    bodies.put("brackets", filled("[", ""));
    bodies.put("arrays", "[" + filled("[[[[]]]],", "1]"));
    bodies.put("braces", "[" + filled("{\"a\":", "1]"));
    bodies.put("a name again and again", "[{" + filled("\"a\":1,", "\"a\":1}]"));
    bodies.put("unknown fields", "[{" + numbered("\"%s\":1,") + "\"a\":1}]");
    bodies.put(
        "a record of unknown fields", "[{" + numbered("\"%s\":1,").substring(0, 65_000) + "1}]");
    bodies.put("an array in a field", "[{\"a\":[" + filled("1,", "1]}]"));
    bodies.put("a text", "[{\"a\":\"" + filled("x", "\"}]"));
    bodies.put("a name", "[{\"" + filled("x", "\":1}]"));
    bodies.put("escapes", "[{\"ad_id\":\"" + filled("\\u0041", "\"}]"));
    bodies.put("a number", "[{\"clicked_at\":" + filled("1", "}]"));
    bodies.put("a fraction", "[{\"claimed_cost_micros\":0." + filled("1", "}]"));
    bodies.put("one token", filled("x", ""));
    return bodies;
  }

  static List<String> malformedBodyNames() {
    return List.copyOf(malformedBodies().keySet());
  }

  @ParameterizedTest
  @MethodSource("malformedBodyNames")
  void takesLittleMemoryForAMalformedBody(String name) {
    String body = malformedBodies().get(name);

    for (int form = 0; form < 2; form++) {
      ReadResults posted = form == 0 ? json(body) : lines(body);
      long allocated = allocatedBy(body, form);

      assertThat(allocated).as("bytes").isLessThan(MAX_MALFORMED);
      assertThat(posted.results()).hasSizeLessThanOrEqualTo(MAX_REQUEST_FAULTS);
      assertThat(posted.results().stream().flatMap(ReadResultsTest::faults))
          .isNotEmpty()
          .hasSizeLessThan(2 * MAX_REQUEST_FAULTS)
          .allSatisfy(fault -> assertThat(fault.detail()).hasSizeLessThan(200));
    }
  }

  @Test
  void takesNoMoreThanSomeTimesTheBodyForClicks() {
    String body =
        "["
            + numbered(
                "{\"click_id\":\"%s\",\"clicked_at\":1795176000000,\"ad_id\":\"a\","
                    + "\"publisher_id\":\"p\"},",
                i -> new UUID(1, i).toString())
            + click("last").text()
            + "]";

    assertThat(ClickReader.readPostedJson(bytes(body), Clicks.NOON, Source.S2S, 10_000).results())
        .hasSizeGreaterThan(8_000)
        .hasOnlyElementsOfType(ReadResult.Accepted.class);
    assertThat(allocatedBy(body, 0)).isLessThan(MAX_ACCEPTED);
  }

  private static Stream<Fault> faults(ReadResult reading) {
    return reading instanceof ReadResult.Rejected rejected
        ? rejected.faults().stream()
        : Stream.empty();
  }

  private static long allocatedBy(String body, int form) {
    byte[] bytes = bytes(body);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    if (form == 0) {
      ClickReader.readPostedJson(bytes, Clicks.NOON, Source.S2S, 10_000);
    } else {
      ClickReader.readPostedLines(bytes, Clicks.NOON, Source.S2S, 10_000);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  /** A part as often as it fits into a body, and the end of the body. */
  private static String filled(String part, String end) {
    return String.join("", Collections.nCopies(BODY_BYTES / part.length() - 20, part)) + end;
  }

  private static String numbered(String part) {
    return numbered(part, i -> Integer.toString(i, Character.MAX_RADIX));
  }

  private static String numbered(String part, IntFunction<String> number) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; body.length() < BODY_BYTES - 500; i++) {
      body.append(part.formatted(number.apply(i)));
    }
    return body.toString();
  }

  private static ReadResults json(String body) {
    return ClickReader.readPostedJson(bytes(body), Clicks.NOON, Source.S2S, 10_000);
  }

  private static ReadResults lines(String body) {
    return ClickReader.readPostedLines(bytes(body), Clicks.NOON, Source.S2S, 10_000);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
