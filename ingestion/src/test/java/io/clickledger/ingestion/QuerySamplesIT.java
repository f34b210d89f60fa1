package io.clickledger.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The samples of docs/click-contract.md that are parameters, from HTTP to the topic. */
class QuerySamplesIT {

  private static final Path PAGE = Path.of("..", "docs", "click-contract.md");

  private static StartedIngestion ingestion;

  @BeforeAll
  static void start() {
    ingestion =
        StartedIngestion.at(
                Clock.fixed(Clicks.NOON, ZoneOffset.UTC), SharedBroker.bootstrapServers())
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    ingestion.close();
  }

  /** A row of the page: the parameters, and what must land or be answered. */
  private record Sample(String query, List<String> expected) {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern REPEATED = Pattern.compile("‹(\\d+) × ([^›]+)›");

    static List<Sample> all() throws IOException {
      List<String> lines = Files.readAllLines(PAGE);
      int header = lines.indexOf("| what is sent | sample | what lands |");
      assertThat(header).isPositive();
      List<Sample> samples = new ArrayList<>();
      for (String line : lines.subList(header + 2, lines.size())) {
        if (!line.startsWith("|")) {
          break;
        }
        String[] cells = line.split("\\|", -1);
        samples.add(new Sample(codes(cells[2]).get(0), codes(cells[3])));
      }
      return samples;
    }

    private static List<String> codes(String cell) {
      return CODE.matcher(cell).results().map(found -> repeated(found.group(1))).toList();
    }

    private static String repeated(String text) {
      return REPEATED.matcher(text).replaceAll(Sample::repetition);
    }

    private static String repetition(MatchResult found) {
      return found.group(2).repeat(Integer.parseInt(found.group(1)));
    }

    boolean isRefused() {
      return expected.get(0).indexOf('=') < 0;
    }
  }

  @Test
  void aSampleIsWhatThePageSays() throws IOException {
    List<Sample> samples = Sample.all();
    SoftAssertions softly = new SoftAssertions();

    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      String answer = pixel("ad_id=ad-1&publisher_id=p&" + sample.query() + "&sample=" + i);
      if (sample.isRefused()) {
        String[] fault = sample.expected().get(0).split(" ");
        softly.assertThat(answer).startsWith("HTTP/1.1 400").contains(fault);
      } else {
        softly.assertThat(answer).as(sample.query()).startsWith("HTTP/1.1 200");
      }
    }

    Map<String, Map<String, String>> landed = landedBySample();
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      Map<String, String> click = landed.get(Integer.toString(i));
      if (sample.isRefused() || click == null) {
        softly.assertThat(click == null).as(sample.query()).isEqualTo(sample.isRefused());
        continue;
      }
      for (String field : sample.expected()) {
        String name = field.substring(0, field.indexOf('='));
        softly
            .assertThat(click.getOrDefault(name, ""))
            .as(sample.query() + ": " + name)
            .isEqualTo(field.substring(name.length() + 1));
      }
    }
    assertThat(samples).hasSizeGreaterThan(20);
    softly.assertAll();
  }

  @Test
  void namesEveryReasonOfARefusal() {
    String answer = pixel("ad_id=undefined&publisher_id=%%PUBLISHER%%&click_id=1&user_id=%");

    assertThat(answer)
        .startsWith("HTTP/1.1 400")
        .contains("ad_id", "publisher_id", RejectionReason.PLACEHOLDER.name())
        .contains("click_id", RejectionReason.MALFORMED.name());
  }

  private static String pixel(String query) {
    return RawRequest.answer(ingestion.port(), "GET /v1/pixel.gif?" + query + " HTTP/1.1");
  }

  /** The fields of each click on the topic as texts, by the parameter "sample". */
  private static Map<String, Map<String, String>> landedBySample() throws IOException {
    Map<String, Map<String, String>> bySample = new HashMap<>();
    for (ConsumerRecord<String, byte[]> record :
        TopicReader.all(SharedBroker.bootstrapServers(), "clicks")) {
      JsonNode click = StartedIngestion.JSON.readTree(record.value());
      if (click.has("sample")) {
        assertThat(ClickReader.read(record.value(), Instant.ofEpochMilli(record.timestamp())))
            .isInstanceOf(ReadResult.Accepted.class);
        Map<String, String> fields = new HashMap<>();
        for (Map.Entry<String, JsonNode> field : click.properties()) {
          fields.put(field.getKey(), text(field.getKey(), field.getValue()));
        }
        bySample.put(click.get("sample").textValue(), fields);
      }
    }
    return bySample;
  }

  private static String text(String name, JsonNode value) throws JsonProcessingException {
    if (name.equals("clicked_at") && value.isNumber()) {
      return Instant.ofEpochMilli(value.longValue()).toString();
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
