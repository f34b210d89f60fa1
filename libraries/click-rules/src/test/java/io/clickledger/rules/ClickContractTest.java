package io.clickledger.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps docs/click-contract.md true. */
class ClickContractTest {

  private static final Path PAGE = Path.of("..", "..", "docs", "click-contract.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- (accepted|rejected [^>]*?) -->\\s*```json\\n(.*?)```", Pattern.DOTALL);

  /** An example of the page, and what the page says becomes of it. */
  record Example(String claim, String json) {

    @Override
    public String toString() {
      return claim;
    }
  }

  static List<Example> examples() throws IOException {
    return EXAMPLE
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult found) -> new Example(found.group(1), found.group(2)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleIsWhatThePageSays(Example example) {
    byte[] record = example.json().getBytes(StandardCharsets.UTF_8);
    String overHttp = "rejected over http ";

    String posted = outcome(ClickReader.readPosted(record, Clicks.NOON, Source.S2S));
    String landed = outcome(ClickReader.read(record, Clicks.NOON));

    if (example.claim().startsWith(overHttp)) {
      assertThat(posted).isEqualTo(example.claim().replace(overHttp, "rejected "));
      assertThat(landed).isEqualTo("accepted");
    } else {
      assertThat(posted).isEqualTo(example.claim());
      assertThat(landed).isEqualTo(example.claim());
    }
  }

  @Test
  void thePageHasEveryFieldEveryReasonAndEveryLimit() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(examples()).hasSizeGreaterThan(8);
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
            "At most " + ClickTimes.EARLIEST_BEFORE_REFERENCE.toDays() + " days before",
            ClickTimes.LATEST_AFTER_REFERENCE.toMinutes() + " minutes after the reference");
  }

  @Test
  void thePageRepeatsADetailWordForWord() throws IOException {
    ClickJson click = ClickJson.click("a").with("clicked_at", "1795176000");

    Reading reading = ClickReader.read(click.bytes(), Clicks.NOON);

    assertThat(Files.readString(PAGE).replaceAll("\\s+", " "))
        .contains(((Reading.Rejected) reading).first().detail());
  }

  private static String outcome(Reading reading) {
    if (reading instanceof Reading.Rejected rejected) {
      return "rejected " + rejected.first().reason() + " " + rejected.first().field();
    }
    return "accepted";
  }
}
