package io.clickledger.batch.billing.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickledger.rules.fraud.FraudRules;
import java.util.Set;

/** Rules of which brute force in tests needs to know nothing but flags. */
public final class TestRules {
  private TestRules() {}

  /** The shipped rules but for those of some types, as a version of their own. */
  public static FraudRules without(Set<String> types, String version) {
    return FraudRules.parse(
        without("type", types)
            .replaceFirst("\"version\" *: *\"[^\"]*\"", "\"version\": \"" + version + "\""));
  }

  /** The document of the shipped rules; those that look at more than one click are retired. */
  static String withoutStatefulOnes() {
    return without("type", Set.of("velocity", "repeat-click"));
  }

  /** The document of the shipped rules in another version; one of them is retired. */
  static String without(String id) {
    return without("id", Set.of(id))
        .replaceFirst("\"version\" *: *\"", "\"version\": \"without-" + id + "-");
  }

  private static String without(String field, Set<String> values) {
    try {
      ObjectMapper mapper = new ObjectMapper();
      JsonNode document = mapper.readTree(FraudRules.shipped().document());
      for (JsonNode rule : document.get("rules")) {
        if (values.contains(rule.get(field).asText())) {
          ((ObjectNode) rule).put("retired", true);
        }
      }
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
