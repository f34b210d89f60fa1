package io.clickledger.batch.fraud.behaviour;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** A {@link BehaviourModel} as one JSON document. */
final class ModelDocument {
  private static final String SHIPPED = "behaviour-model.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ModelDocument() {}

  static BehaviourModel shipped() {
    try (InputStream in = ModelDocument.class.getResourceAsStream(SHIPPED)) {
      return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static BehaviourModel read(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a model of behaviour: " + e.getOriginalMessage(), e);
    }
    Map<ActorKind, Scorecard> scorecards = new EnumMap<>(ActorKind.class);
    for (ActorKind kind : ActorKind.values()) {
      scorecards.put(kind, scorecard(kind, root.path("scorecards").path(kind.name())));
    }
    return new BehaviourModel(
        root.path("version").asText(), root.path("trained_on").asText(), scorecards);
  }

  private static Scorecard scorecard(ActorKind kind, JsonNode node) {
    Map<Feature, Double> coefficients = new EnumMap<>(Feature.class);
    for (Feature feature : kind.features()) {
      coefficients.put(feature, number(kind, node.path("coefficients"), feature.id()));
    }
    if (node.path("coefficients").size() != coefficients.size()) {
      throw new IllegalArgumentException(
          "the coefficients of %s must be those of %s, were %s"
              .formatted(
                  kind, coefficients.keySet().stream().map(Feature::id).toList(), node.toString()));
    }
    return new Scorecard(
        number(kind, node, "threshold"), number(kind, node, "intercept"), coefficients);
  }

  private static double number(ActorKind kind, JsonNode node, String field) {
    if (!node.path(field).isNumber()) {
      throw new IllegalArgumentException(
          "%s of %s must be a number, was %s".formatted(field, kind, node.path(field)));
    }
    return node.path(field).doubleValue();
  }

  static String write(BehaviourModel model) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", model.version());
    root.put("trained_on", model.trainedOn());
    ObjectNode scorecards = root.putObject("scorecards");
    model
        .scorecards()
        .forEach(
            (kind, scorecard) -> {
              ObjectNode node = scorecards.putObject(kind.name());
              node.put("threshold", scorecard.threshold());
              node.put("intercept", scorecard.intercept());
              ObjectNode coefficients = node.putObject("coefficients");
              scorecard
                  .coefficients()
                  .forEach((feature, value) -> coefficients.put(feature.id(), value));
            });
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
