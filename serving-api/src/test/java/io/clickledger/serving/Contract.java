package io.clickledger.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks that an answer is one that openapi.yaml promises: status, media type, headers and body.
 * What the contract does not say is not answered either.
 */
final class Contract {

  private static final String FILE = "/io/clickledger/serving/page/openapi.yaml";

  private static final String COMPONENTS = "components";

  /** Of HTTP itself, or the same for every answer (SecurityHeaders, CrossOrigin). */
  private static final Set<String> GENERAL_HEADERS =
      Set.of(
          "cache-control",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "date",
          "transfer-encoding",
          "vary",
          "content-security-policy",
          "cross-origin-opener-policy",
          "permissions-policy",
          "referrer-policy",
          "x-content-type-options",
          "access-control-allow-origin",
          "access-control-expose-headers");

  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(
          VersionFlag.V202012,
          factory ->
              factory.metaSchema(
                  JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                      .keyword(new NonValidationKeyword(COMPONENTS))
                      .build()));
  private static final SchemaValidatorsConfig CONFIG =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

  private final JsonNode document;
  private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

  private Contract(JsonNode document) {
    this.document = document;
  }

  /** The contract as the API serves it. */
  static Contract read() {
    try (InputStream file = Contract.class.getResourceAsStream(FILE)) {
      return new Contract(new YAMLMapper().readTree(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Set<String> paths() {
    Set<String> paths = new TreeSet<>();
    document.path("paths").fieldNames().forEachRemaining(paths::add);
    return paths;
  }

  /**
   * Checks an answer.
   *
   * @param path without the query
   * @throws AssertionError naming everything that the contract does not promise
   */
  void check(
      String method, String path, int status, Map<String, List<String>> headers, String body) {
    Map<String, List<String>> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    given.putAll(headers);
    List<String> wrong = wrong(method, path, status, given, body);
    if (!wrong.isEmpty()) {
      throw new AssertionError(
          "%s %s answered %d, against openapi.yaml: %s; the body was %s"
              .formatted(method, path, status, wrong, body));
    }
  }

  private List<String> wrong(
      String method, String path, int status, Map<String, List<String>> headers, String body) {
    JsonNode operation =
        document.path("paths").path(path).path(method.toLowerCase(Locale.ROOT)).path("responses");
    if (operation.isMissingNode() && isOfThePage(path) || isPreflight(method, status)) {
      return List.of();
    }
    boolean isRefused = operation.isMissingNode() && status >= 400 && status < 500;
    JsonNode found =
        isRefused
            ? document.at("/components/responses/Refused")
            : resolved(operation.path(String.valueOf(status)));
    if (found.isMissingNode()) {
      return List.of("the status is not promised");
    }
    String name = isRefused ? "refused" : method + " " + path + " " + status;
    List<String> wrong = new ArrayList<>(wrongHeaders(name, found.path("headers"), headers));
    wrongBody(name, found.path("content"), headers, body).ifPresent(wrong::add);
    return wrong;
  }

  /** Files are not the API. */
  private static boolean isOfThePage(String path) {
    return Routes.OPEN_PATHS.contains(path)
        || Routes.OPEN_FOLDERS.stream().anyMatch(path::startsWith);
  }

  private static boolean isPreflight(String method, int status) {
    return method.equals("OPTIONS") && status == 204;
  }

  private List<String> wrongHeaders(
      String name, JsonNode promised, Map<String, List<String>> headers) {
    List<String> wrong = new ArrayList<>();
    Map<String, JsonNode> known = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    promised.fields().forEachRemaining(one -> known.put(one.getKey(), resolved(one.getValue())));
    known.forEach(
        (header, description) -> {
          if (description.path("required").asBoolean() && !headers.containsKey(header)) {
            wrong.add("header " + header + " is missing");
          }
        });
    headers.forEach(
        (header, values) -> {
          if (known.containsKey(header)) {
            JsonNode schema = known.get(header).path("schema");
            for (String value : values) {
              validate(name + " " + header, schema, typed(value, schema))
                  .ifPresent(error -> wrong.add("header " + header + ": " + error));
            }
          } else if (!GENERAL_HEADERS.contains(header.toLowerCase(Locale.ROOT))) {
            wrong.add("header " + header + " is not promised");
          }
        });
    return wrong;
  }

  private static JsonNode typed(String value, JsonNode schema) {
    return switch (schema.path("type").asText()) {
      case "integer" ->
          value.matches("-?[0-9]{1,18}")
              ? LongNode.valueOf(Long.parseLong(value))
              : TextNode.valueOf(value);
      case "boolean" ->
          value.matches("true|false")
              ? BooleanNode.valueOf(Boolean.parseBoolean(value))
              : TextNode.valueOf(value);
      default -> TextNode.valueOf(value);
    };
  }

  private Optional<String> wrongBody(
      String name, JsonNode promised, Map<String, List<String>> headers, String body) {
    if (promised.isEmpty()) {
      return body.isEmpty() ? Optional.empty() : Optional.of("no body is promised");
    }
    String type = headers.getOrDefault("Content-Type", List.of("")).get(0).replaceAll(";.*", "");
    if (!promised.has(type)) {
      return Optional.of("Content-Type " + type + " is not promised");
    }
    JsonNode schema = promised.path(type).path("schema");
    if (!type.endsWith("json")) {
      return validate(name + " " + type, schema, TextNode.valueOf(body));
    }
    try {
      return validate(name + " " + type, schema, JSON.readTree(body));
    } catch (JsonProcessingException e) {
      return Optional.of("the body is not JSON: " + e.getOriginalMessage());
    }
  }

  private Optional<String> validate(String name, JsonNode schema, JsonNode value) {
    String errors =
        schemas
            .computeIfAbsent(name, one -> SCHEMAS.getSchema(withComponents(schema), CONFIG))
            .validate(value)
            .toString();
    return errors.equals("[]") ? Optional.empty() : Optional.of(errors);
  }

  /** The schema as a document of its own, in which #/components is found. */
  private JsonNode withComponents(JsonNode schema) {
    ObjectNode whole = JSON.createObjectNode();
    whole.set(COMPONENTS, document.path(COMPONENTS));
    whole.putArray("allOf").add(schema);
    return whole;
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }
}
