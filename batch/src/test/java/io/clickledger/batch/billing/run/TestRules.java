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
        without(types)
            .replaceFirst("\"version\" *: *\"[^\"]*\"", "\"version\": \"" + version + "\""));
  }

  /** The document of the shipped rules; those that look at more than one click are retired. */
  static String withoutStatefulOnes() {
    return without(Set.of("velocity", "repeat-click"));
  }

  private static String without(Set<String> types) {
    try {
      ObjectMapper mapper = new ObjectMapper();
      JsonNode document = mapper.readTree(FraudRules.shipped().document());
      for (JsonNode rule : document.get("rules")) {
        if (types.contains(rule.get("type").asText())) {
          ((ObjectNode) rule).put("retired", true);
        }
      }
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
