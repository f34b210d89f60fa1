package io.clickledger.batch.billing.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickledger.rules.fraud.FraudRules;
import java.util.Set;

/** Rules of which brute force in tests needs to know nothing but flags. */
final class TestRules {
  private TestRules() {}

  /** The document of the shipped rules; those that look at more than one click are retired. */
  static String withoutStatefulOnes() {
    try {
      ObjectMapper mapper = new ObjectMapper();
      JsonNode document = mapper.readTree(FraudRules.shipped().document());
      for (JsonNode rule : document.get("rules")) {
        if (Set.of("velocity", "repeat-click").contains(rule.get("type").asText())) {
          ((ObjectNode) rule).put("retired", true);
        }
      }
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
