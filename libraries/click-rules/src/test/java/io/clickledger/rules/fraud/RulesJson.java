package io.clickledger.rules.fraud;

import io.clickledger.rules.contract.JsonText;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Documents of fraud rules, of rules with defaults for all that a test does not say. */
final class RulesJson {

  private RulesJson() {}

  static String document(String version, String... rules) {
    return """
        {"version": "%s", "rules": [%s]}"""
        .formatted(version, String.join(",\n", rules));
  }

  /**
   * @param more fields of the type, such as {@code "window": "10s"}
   */
  static String rule(String id, String type, String... more) {
    return ruleOf("GENERAL_INVALID", id, type, more);
  }

  static String ruleOf(String verdict, String id, String type, String... more) {
    return """
        {"id": "%s", "class": "%s", "type": "%s", "meaning": "test"%s}"""
        .formatted(
            id,
            verdict,
            type,
            Arrays.stream(more).map(field -> ", " + field).collect(Collectors.joining()));
  }

  static FraudRules rules(String... rules) {
    return FraudRules.parse(document("test", rules));
  }

  static String texts(List<String> texts) {
    return texts.stream().map(JsonText::quoted).collect(Collectors.joining(", ", "[", "]"));
  }
}
