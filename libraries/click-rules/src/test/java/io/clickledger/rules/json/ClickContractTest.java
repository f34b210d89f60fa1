package io.clickledger.rules.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickJson;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.contract.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps docs/click-contract.md true: each of its JSON blocks is what the line above it says. */
class ClickContractTest {

  private static final Path PAGE = Path.of("..", "..", "docs", "click-contract.md");

  /**
   * A sample of the page.
   *
   * @param overKafka what becomes of it as a record of the topic: landed, or rejected with reason
   *     and field
   * @param overHttp the same for a posted body; null where its line is about a record's timestamp
   */
  record Sample(int line, String json, String overKafka, String overHttp, Instant kafkaTimestamp) {

    private static final String OUTCOME =
        "(\\*\\*landed\\*\\*|\\*\\*rejected\\*\\*(?: `\\w+`){1,2})";
    private static final Pattern MARK =
        Pattern.compile(
            OUTCOME + "(?:, over HTTP " + OUTCOME + "| with the Kafka timestamp `([^`]+)`)?");
    private static final Pattern REPEATED = Pattern.compile("‹(\\d+) × (.)›");

    /** All samples of a page; fails for one without a marked outcome. */
    static List<Sample> of(String page) {
      List<String> lines = page.lines().toList();
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).startsWith("```json")) {
          int end = i + 1;
          while (!lines.get(end).equals("```")) {
            end++;
          }
          String json = String.join("\n", lines.subList(i + 1, end));
          samples.add(marked(i + 1, i == 0 ? "" : lines.get(i - 1), json));
          i = end;
        }
      }
      return samples;
    }

    private static Sample marked(int line, String mark, String json) {
      Matcher found = MARK.matcher(mark);
      if (!found.matches()) {
        throw new IllegalArgumentException(
            "the line above the sample of line %d must say **landed** or **rejected** `REASON` `field`, was: %s"
                .formatted(line, mark));
      }
      String overKafka = plain(found.group(1));
      String timestamp = found.group(3);
      String overHttp =
          timestamp != null ? null : found.group(2) == null ? overKafka : plain(found.group(2));
      return new Sample(
          line,
          REPEATED
              .matcher(json)
              .replaceAll(times -> times.group(2).repeat(Integer.parseInt(times.group(1)))),
          overKafka,
          overHttp,
          timestamp == null ? Clicks.NOON : Instant.parse(timestamp));
    }

    private static String plain(String outcome) {
      return outcome.replace("*", "").replace("`", "");
    }

    byte[] bytes() {
      return json.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return "line " + line + " " + overKafka;
    }
  }

  static List<Sample> samples() throws IOException {
    return Sample.of(Files.readString(PAGE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void aSampleIsWhatThePageSays(Sample sample) {
    assertThat(outcome(ClickReader.read(sample.bytes(), sample.kafkaTimestamp())))
        .isEqualTo(sample.overKafka());
    if (sample.overHttp() != null) {
      assertThat(
              ClickReader.readPostedJson(
                      sample.bytes(), Clicks.NOON, Source.S2S, Clicks.MAX_IN_A_BODY)
                  .results())
          .extracting(ClickContractTest::outcome)
          .containsExactly(sample.overHttp());
    }
  }

  @Test
  void everyReasonHasASampleThatFailsForIt() throws IOException {
    List<String> rejected =
        samples().stream()
            .flatMap(sample -> Stream.of(sample.overKafka(), "" + sample.overHttp()))
            .filter(outcome -> outcome.startsWith("rejected "))
            .map(outcome -> outcome.split(" ")[1])
            .toList();

    assertThat(rejected)
        .containsAll(Arrays.stream(RejectionReason.values()).map(RejectionReason::name).toList());
  }

  @Test
  void aSampleMustBeMarked() {
    String block = "```json\n{}\n```\n";

    for (String mark :
        List.of("", "So lands this:\n", "**rejected**\n", "**landed** `MISSING`\n", "**lost**\n")) {
      assertThatThrownBy(() -> Sample.of("# Page\n" + mark + block))
          .as(mark)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must say **landed** or **rejected**");
    }
    assertThat(Sample.of("**rejected** `MISSING` `click_id`\n" + block))
        .extracting(Sample::overKafka)
        .containsExactly("rejected MISSING click_id");
  }

  @Test
  void keepsOtherFieldsAsThePageSays() throws IOException {
    Sample full =
        samples().stream().filter(sample -> sample.json().contains("basket")).findFirst().get();

    ReadResult reading = ClickReader.read(full.bytes(), Clicks.NOON);

    assertThat(((ReadResult.Accepted) reading).click().otherFields())
        .containsEntry("page_url", "\"https://news.example.com/sport/42\"")
        .containsEntry("colour", "\"red\"")
        .containsEntry("basket", "{\"items\":3}");
    assertThat(Files.readString(PAGE)).contains("**`page_url`**", "`publisher-mismatch`");
  }

  @Test
  void aRecordWithoutValueIsEmptyAsThePageSays() {
    assertThat(outcome(ClickReader.read(null, Clicks.NOON))).isEqualTo("rejected EMPTY");
  }

  @Test
  void thePageHasEveryFieldEveryReasonAndEveryLimit() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(page)
        .contains(
            Arrays.stream(ClickField.values())
                .map(field -> "| `" + field.wireName() + "` |")
                .toList())
        .contains(
            Arrays.stream(RejectionReason.values()).map(reason -> "`" + reason + "`").toList())
        .contains(
            "1 to " + ClickLimits.ID_CHARACTERS + " of",
            "up to " + ClickLimits.IMPRESSION_ID_CHARACTERS + " characters",
            "1 to " + ClickLimits.USER_ID_CHARACTERS + " characters",
            "at most " + ClickLimits.USER_AGENT_CHARACTERS + " characters",
            "at most " + ClickLimits.CLICK_URL_CHARACTERS + " characters",
            "0 to " + ClickLimits.CLAIMED_COST_MICROS,
            "at most\n" + ClickLimits.OTHER_FIELDS + ", each name 1 to 64 characters",
            "at most " + ClickLimits.OTHER_FIELDS_BYTES / 1024 + " KiB",
            "at most " + ClickLimits.RECORD_BYTES / 1024 + " KiB",
            "nested deeper than " + ClickLimits.OTHER_FIELD_DEPTH,
            "At most " + ClickTimes.MAX_BEFORE_REFERENCE.toDays() + " days before",
            ClickTimes.MAX_AFTER_REFERENCE.toMinutes() + " minutes after the reference");
  }

  @Test
  void thePageRepeatsADetailWordForWord() throws IOException {
    ClickJson click = ClickJson.click("a").with("clicked_at", "1795176000");

    ReadResult reading = ClickReader.read(click.bytes(), Clicks.NOON);

    assertThat(Files.readString(PAGE).replaceAll("\\s+", " "))
        .contains(((ReadResult.Rejected) reading).first().detail());
  }

  private static String outcome(ReadResult reading) {
    if (reading instanceof ReadResult.Rejected rejected) {
      Fault fault = rejected.first();
      return "rejected " + fault.reason() + (fault.field() == null ? "" : " " + fault.field());
    }
    return "landed";
  }
}
