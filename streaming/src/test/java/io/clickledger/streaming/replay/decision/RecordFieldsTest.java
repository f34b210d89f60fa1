package io.clickledger.streaming.replay.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFieldsTest {

  @Test
  void keepsTheCharactersOfEveryValue() {
    String sent =
        "\n{ \"a\" : 1.50e+3 , \"b\":\"caf\\u00e9 \\\"q\\\"\", \"c\" : [1, {\"d\": null}] ,\"e\":-0,\"f\":true,\"g\":null,\"h\":\"\" , \"a\":7 } ";

    assertThat(fields(sent).fields())
        .containsExactly(
            field("a", "1.50e+3"),
            field("b", "\"caf\\u00e9 \\\"q\\\"\""),
            field("c", "[1, {\"d\": null}]"),
            field("e", "-0"),
            field("f", "true"),
            field("g", "null"),
            field("h", "\"\""),
            field("a", "7"));
  }

  @Test
  void writesWhatItRead() {
    RecordFields fields =
        new RecordFields(
            List.of(
                field("plain", "1"),
                field("\"\\\n\u0001", "{\"x\":[2]}"),
                field("\ud83d\ude00", "\"\ud83d\ude00\""),
                field("half \ud83d", "null")));

    assertThat(RecordFields.read(fields.write())).contains(fields);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[{}]",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1}{}",
        "{a:1}",
        "{\"a\":01}",
        "hello"
      })
  void readsNothingOutOfWhatIsNoObject(String sent) {
    assertThat(RecordFields.read(sent.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void readsNothingOutOfBytesThatAreNoUtf8() {
    byte[] latin1 = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(RecordFields.read(latin1)).isEmpty();
    assertThat(RecordFields.read("{\"a\":1}".getBytes(StandardCharsets.UTF_16))).isEmpty();
  }

  @Test
  void recognizesExactlyOneJsonValue() {
    assertThat(List.of("1", "\"a\"", "null", " {\"a\":[1]} ", "[]")).allMatch(RecordFields::isJson);
    assertThat(List.of("", "a", "1 2", "\"a", "{\"a\":}", "[1", "'a'"))
        .noneMatch(RecordFields::isJson);
  }

  private static RecordFields fields(String json) {
    return RecordFields.read(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  private static RecordFields.Field field(String name, String json) {
    return new RecordFields.Field(name, json);
  }
}
