package io.clickledger.rules.fraud;

import static io.clickledger.rules.fraud.RulesJson.document;
import static io.clickledger.rules.fraud.RulesJson.rule;
import static io.clickledger.rules.fraud.RulesJson.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.web.IpAddress;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FraudRulesDocumentTest {

  private static final String IMPOSSIBLE =
      "\"shortest\": 16, \"texts\": [], \"contradictions\": [], \"newest\": {}";

  static Stream<Arguments> faults() {
    return Stream.of(
        // The document
        of("", "must be one JSON object, is not at line 1, column 1"),
        of("{\"version\": \"1\",\n \"rules\": [}", "is not at line 2, column"),
        of("{\"version\": \"1\", \"rules\": []} {}", "must be one JSON object, is not"),
        of("[]", "must be one JSON object, was an array"),
        of("null", "must be one JSON object, was null"),
        of("{\"rules\": []}", "version: must be 1 to 64 of A-Z a-z 0-9 . _ - that begin with"),
        of("{\"version\": 7, \"rules\": []}", "or digit, was 7"),
        of("{\"version\": \"a b\", \"rules\": []}", "or digit, was \"a b\""),
        of("{\"version\": \"1\"}", "rules: must be an array of rules, is missing"),
        of(
            "{\"version\": \"1\", \"rules\": {}}",
            "rules: must be an array of rules, was an object"),
        of("{\"version\": \"1\", \"rules\": [1.5]}", "rules[0]: must be an object, was 1.5"),
        of(
            "{\"version\": \"1\", \"rules\": [], \"version\": \"2\"}",
            "version: must stand once, stands again"),
        of(
            "{\"version\": \"1\", \"rules\": [], \"author\": \"a\"}",
            "author: is unknown, known are version, rules"),
        // What every rule has
        of(document("1", "{}"), "rules[0].id: must be words of a-z 0-9 with - between"),
        of(document("1", "{}"), "rules[0].class: must be GENERAL_INVALID or"),
        of(document("1", "{}"), "rules[0].type: must be one of address, device-type, user-agent"),
        of(document("1", "{}"), "rules[0].meaning: must be a sentence of at most 200 characters"),
        common("Known_Robot", "missing-user-agent", "id: must be words", "was \"Known_Robot\""),
        common("a--b", "missing-user-agent", "id: must be words", "was \"a--b\""),
        common("r", "user-agent", "type: must be one of", "repeat-click, was \"user-agent\""),
        field("missing-user-agent", "\"retired\": \"yes\"", "retired: must be true or false, was"),
        field(
            "missing-user-agent", "\"retired\": null", "retired: must be true or false, was null"),
        field(
            "missing-user-agent",
            "\"window\": \"1s\"",
            "window: is unknown, known are id, class, type, meaning, retired, shadow"),
        field("missing-user-agent", "\"shadow\": 1", "shadow: must be true or false, was 1"),
        field(
            "missing-user-agent",
            "\"retired\": true, \"shadow\": true",
            "shadow: must not be true of a retired rule"),
        of(
            document("1", RulesJson.ruleOf("VALID", "r", "missing-user-agent")),
            "rules[0].class: must be GENERAL_INVALID or SOPHISTICATED_INVALID, was \"VALID\""),
        of(
            document(
                "1",
                rule("r", "missing-user-agent"),
                rule("s", "missing-user-agent"),
                rule("r", "missing-user-agent")),
            "rules[2].id: must be a rule's own, was r as in rules[0]"),
        of(
            document(
                "1",
                IntStream.rangeClosed(0, FraudRulesDocument.MAX_RULES)
                    .mapToObj(i -> rule("r" + i, "missing-user-agent"))
                    .toArray(String[]::new)),
            "rules: must be at most 64 rules, were 65"),
        // Lists of each type
        field("address", "", "networks: must be an array, each of it an address or a block"),
        field("address", "\"networks\": \"10.0.0.0/8\"", "networks: must be an array"),
        field("address", "\"networks\": [7]", "networks[0]: must be an address or a block"),
        field("network", "", "networks: must be an array, each of it an autonomous system"),
        field(
            "network", "\"networks\": [\"AS0\"]", "networks[0]: must be an autonomous", "\"AS0\""),
        field("network", "\"networks\": [\"16509\"]", "networks[0]: must be", "\"16509\""),
        field("network", "\"networks\": [\"AS4294967296\"]", "networks[0]: must be", "67296\""),
        field("device-type", "", "device_types: must be an array, each of it one of DESKTOP"),
        field(
            "device-type", "\"device_types\": [\"ROBOT\", \"robot\"]", "device_types[1]: must be"),
        field("user-agent-pattern", "", "patterns: must be an array, each of it a regular"),
        field(
            "user-agent-pattern",
            "\"patterns\": [\"a\", \"(\"]",
            "patterns[1]: must be",
            "missing closing )"),
        field(
            "user-agent-pattern", "\"patterns\": [\"bot|\"]", "patterns[0]: must not match every"),
        field("user-agent-pattern", "\"patterns\": [\".\"]", "patterns[0]: must not match every"),
        field(
            "user-agent-pattern",
            "\"patterns\": [\"(?<!cu)bot\"]",
            "patterns[0]: must be a regular expression of at most 512 characters, as RE2 reads it",
            "was \"(?<!cu)bot\""),
        field(
            "user-agent-pattern",
            "\"patterns\": [\"(a)\\\\1\"]",
            "patterns[0]: must be",
            "invalid escape sequence"),
        field(
            "user-agent-pattern",
            "\"patterns\": [\"((a?){50}){50}b\"]",
            "patterns[0]: must be at most 1000 steps with its counted repetitions written out"),
        field(
            "user-agent-pattern",
            "\"patterns\": [\"((a{1000}){1000}){1000}\"]",
            "patterns[0]: must have counted repetitions whose product is at most 10000"),
        of(
            document(
                "1",
                rule(
                    "r",
                    "user-agent-pattern",
                    "\"patterns\": " + texts(Collections.nCopies(5, "a{900}")))),
            "rules: must have patterns of at most 4000 steps together"),
        field(
            "user-agent-pattern",
            "\"patterns\": [\"" + "a".repeat(513) + "\"]",
            "patterns[0]: mus"),
        field(
            "user-agent-pattern",
            "\"patterns\": [\"bot\"], \"ignored\": [\"a\", \"(\"]",
            "ignored[1]: must be",
            "missing closing )"),
        field(
            "user-agent-pattern",
            "\"patterns\": [\"bot\"], \"ignored\": [\".\"]",
            "ignored[0]: must not match every"),
        field("request-purpose", "", "purposes: must be an array, each of it a purpose such as"),
        field(
            "request-purpose",
            "\"purposes\": [\"prefetch\", \"a b\"]",
            "purposes[1]: must be a purpose",
            "was \"a b\""),
        // Impossible user agents
        field(
            "impossible-user-agent",
            "",
            "shortest: must be a whole number from 1 to 64, is missing"),
        field("impossible-user-agent", "", "texts: must be an array, each of it a text"),
        field("impossible-user-agent", "", "contradictions: must be an array, each of it an array"),
        field("impossible-user-agent", "", "newest: must be an object of texts and numbers"),
        field(
            "impossible-user-agent", IMPOSSIBLE.replace("16", "65"), "shortest: must be", "was 65"),
        field(
            "impossible-user-agent",
            IMPOSSIBLE.replace("16", "1.0"),
            "shortest: must be",
            "was 1.0"),
        field(
            "impossible-user-agent",
            IMPOSSIBLE.replace("16", "99999999999999999999"),
            "shortest: must be",
            "was 99999999999999999999"),
        field(
            "impossible-user-agent",
            IMPOSSIBLE.replace("\"contradictions\": []", "\"contradictions\": [[\"a\"]]"),
            "contradictions[0]: must be an array of two or more texts, was an array"),
        field(
            "impossible-user-agent",
            IMPOSSIBLE.replace("\"texts\": []", "\"texts\": [\" \"]"),
            "texts[0]: must be a text that is not blank, was \" \""),
        field(
            "impossible-user-agent",
            IMPOSSIBLE.replace("{}", "{\"Chrome/\": \"200\"}"),
            "newest.Chrome/: must be a whole number from 1 to 1000000, was \"200\""),
        // Publishers
        field(
            "publisher-mismatch",
            "\"page_caches\": [\"CDN.example\"]",
            "page_caches[0]: must be a host name in lower case"),
        // Stateful rules
        field("velocity", "", "key: must be ip_address or user_id, is missing"),
        field("velocity", "\"key\": \"IP_ADDRESS\"", "key: must be ip_address or user_id, was"),
        field("velocity", "\"limit\": 0", "limit: must be a whole number from 1 to 9999, was 0"),
        field("velocity", "\"limit\": true", "limit: must be a whole number", "was true"),
        field("repeat-click", "", "window: must be 1s to 1h in s, m or h, such as 10s, is missing"),
        field("repeat-click", "\"window\": 10", "window: must be 1s to 1h", "was 10"),
        field("repeat-click", "\"window\": \"0s\"", "window: must be 1s to 1h", "was \"0s\""),
        field("repeat-click", "\"window\": \"61m\"", "window: must be 1s to 1h", "was \"61m\""),
        field("repeat-click", "\"window\": \"2h\"", "window: must be 1s to 1h", "was \"2h\""),
        field(
            "repeat-click", "\"window\": \"500ms\"", "window: must be 1s to 1h", "was \"500ms\""));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void saysWhereWhatMustBeAndWhatWas(String document, List<String> parts) {
    assertThatThrownBy(() -> FraudRules.parse(document))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(
            refused ->
                assertThat(refused.getMessage().lines().skip(1))
                    .anyMatch(line -> parts.stream().allMatch(line::contains)));
  }

  @Test
  void reportsEveryFaultAtOnce() {
    String document =
        document(
            "",
            rule("R", "velocity", "\"key\": \"user\"", "\"window\": \"2h\"", "\"limit\": 0"),
            rule("r", "address", "\"networks\": [\"10.0.0.0/33\", \"10.0.0.0/8\", \"x\"]"));

    assertThatThrownBy(() -> FraudRules.parse(document))
        .hasMessageStartingWith("fraud rules: 7 faults\n  version: ")
        .hasMessageContaining("\n  rules[0].id: ")
        .hasMessageContaining("\n  rules[0].key: ")
        .hasMessageContaining("\n  rules[0].window: ")
        .hasMessageContaining("\n  rules[0].limit: ")
        .hasMessageContaining("\n  rules[1].networks[0]: ")
        .hasMessageContaining("\n  rules[1].networks[2]: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1s", "10s", "60s", "3600s", "1m", "60m", "1h"})
  void readsWindowsUpToAnHour(String window) {
    assertThatCode(
            () ->
                FraudRules.parse(
                    document("1", rule("r", "repeat-click", "\"window\": \"" + window + "\""))))
        .doesNotThrowAnyException();
  }

  @Test
  void listsMayBeEmpty() {
    FraudRules rules =
        RulesJson.rules(
            rule("a", "address", "\"networks\": []"),
            rule("d", "device-type", "\"device_types\": []"),
            rule("n", "network", "\"networks\": []"),
            rule("p", "user-agent-pattern", "\"patterns\": []"));

    assertThat(
            rules.flags(
                new ClickTraits(
                    "ROBOT", rules.ofUserAgent("bot"), IpAddress.parse("::1"), "AS1", null)))
        .isEmpty();
  }

  @Test
  void readsAsManyRulesAsTheyMayBe() {
    String[] all =
        IntStream.range(0, FraudRulesDocument.MAX_RULES)
            .mapToObj(i -> rule("r" + i, "missing-user-agent"))
            .toArray(String[]::new);

    FraudRules rules = RulesJson.rules(all);
    assertThat(rules.flags(new ClickTraits(null, rules.ofUserAgent(null), null, null, null)))
        .hasSize(all.length)
        .isSorted();
  }

  @Test
  void aTextInAFaultIsCut() {
    String pattern = texts(Collections.nCopies(1, "(" + "a".repeat(400)));

    assertThatThrownBy(
            () ->
                FraudRules.parse(
                    document("1", rule("r", "user-agent-pattern", "\"patterns\": " + pattern))))
        .hasMessageContaining("was \"(" + "a".repeat(59) + "...\"");
  }

  private static Arguments of(String document, String part) {
    return Arguments.of(document, List.of(part));
  }

  private static Arguments common(String id, String type, String fault, String was) {
    return Arguments.of(document("1", rule(id, type)), List.of("rules[0]." + fault, was));
  }

  private static Arguments field(String type, String field, String... parts) {
    String[] more = field.isEmpty() ? new String[0] : new String[] {field};
    return Arguments.of(
        document("1", rule("r", type, more)),
        Stream.concat(Stream.of("rules[0]." + parts[0]), Stream.of(parts).skip(1)).toList());
  }
}
