package io.clickledger.rules.fraud;

import static io.clickledger.rules.fraud.DocumentObject.matching;
import static io.clickledger.rules.fraud.DocumentObject.shown;
import static io.clickledger.rules.fraud.DocumentObject.text;

import io.clickledger.rules.fraud.FraudRule.Criterion;
import io.clickledger.rules.fraud.FraudRule.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads a document of fraud rules (docs/fraud-rules.md). All errors are reported together: path,
 * what is allowed, and what was found.
 */
final class FraudRulesDocument {

  /** The number of bits of a long, in which the matches of a click are stored. */
  static final int MAX_RULES = Long.SIZE;

  private static final int MAX_MEANING_CHARACTERS = 200;

  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern ID = Pattern.compile("(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*");

  private static final List<String> COMMON_FIELDS =
      List.of("id", "class", "type", "meaning", "retired", "shadow");

  /** The classes that a rule may give. */
  private static final Map<Object, Verdict> CLASSES =
      Map.of(
          "GENERAL_INVALID",
          Verdict.GENERAL_INVALID,
          "SOPHISTICATED_INVALID",
          Verdict.SOPHISTICATED_INVALID);

  private final List<String> faults = new ArrayList<>();
  private final List<FraudRule> rules = new ArrayList<>();
  private final PatternReader patterns = new PatternReader();
  private final CriterionReader criteria = new CriterionReader(patterns);
  private String version;

  private FraudRulesDocument() {}

  /**
   * @throws IllegalArgumentException naming every fault, one a line
   */
  static FraudRulesDocument read(String json) {
    FraudRulesDocument document = new FraudRulesDocument();
    JsonTree tree = JsonTree.read(json);
    if (tree.fault().isPresent()) {
      document.faults.add(tree.fault().get());
    } else if (tree.root() instanceof Map<?, ?> fields) {
      DocumentObject root = new DocumentObject(fields, "", document.faults);
      tree.repeated().forEach(path -> root.fault(path, "must stand once, stands again"));
      document.root(root);
    } else {
      document.faults.add("must be one JSON object, was " + shown(tree.root()));
    }
    if (!document.faults.isEmpty()) {
      throw new IllegalArgumentException(
          "fraud rules: "
              + (document.faults.size() == 1 ? "1 fault" : document.faults.size() + " faults")
              + "\n  "
              + String.join("\n  ", document.faults));
    }
    return document;
  }

  /** Ids and classes of a document's rules, whatever else is in it; none of what is no document. */
  static Map<String, Verdict> verdicts(String json) {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    if (JsonTree.read(json).root() instanceof Map<?, ?> fields
        && fields.get("rules") instanceof List<?> rules) {
      for (Object rule : rules) {
        if (rule instanceof Map<?, ?> parts
            && parts.get("id") instanceof String id
            && parts.get("class") instanceof String name) {
          Arrays.stream(Verdict.values())
              .filter(verdict -> verdict.name().equals(name))
              .forEach(verdict -> verdicts.put(id, verdict));
        }
      }
    }
    return verdicts;
  }

  String version() {
    return version;
  }

  /** In the order of their ids. */
  List<FraudRule> rules() {
    return rules;
  }

  private void root(DocumentObject root) {
    root.onlyKnown(List.of("version", "rules"));
    version =
        root.field(
            "version",
            "1 to 64 of A-Z a-z 0-9 . _ - that begin with a letter or digit",
            matching(VERSION));
    List<?> elements = root.array("rules", "an array of rules");
    if (elements == null) {
      return;
    }
    if (elements.size() > MAX_RULES) {
      root.fault(
          "rules", "must be at most %s rules, were %s".formatted(MAX_RULES, elements.size()));
    }
    Map<String, String> places = new HashMap<>();
    for (int i = 0; i < elements.size(); i++) {
      String path = "rules[" + i + "]";
      if (elements.get(i) instanceof Map<?, ?> rule) {
        rule(new DocumentObject(rule, path, faults), places);
      } else {
        root.fault(path, "must be an object, was " + shown(elements.get(i)));
      }
    }
    patterns.checkSteps(root);
    rules.sort(Comparator.comparing(FraudRule::id));
  }

  private void rule(DocumentObject rule, Map<String, String> places) {
    int faultsBefore = faults.size();
    String id =
        rule.field("id", "words of a-z 0-9 with - between, at most 64 characters", matching(ID));
    if (id != null && places.putIfAbsent(id, rule.path()) != null) {
      rule.fault("id", "must be a rule's own, was %s as in %s".formatted(id, places.get(id)));
    }
    Verdict verdict = rule.field("class", "GENERAL_INVALID or SOPHISTICATED_INVALID", CLASSES::get);
    rule.field(
        "meaning",
        "a sentence of at most %s characters".formatted(MAX_MEANING_CHARACTERS),
        text(value -> value.isBlank() || value.length() > MAX_MEANING_CHARACTERS ? null : value));
    boolean retired = isTrue(rule, "retired");
    boolean shadow = isTrue(rule, "shadow");
    if (retired && shadow) {
      rule.fault("shadow", "must not be true of a retired rule, which matches nothing");
    }
    String type =
        rule.field(
            "type",
            "one of " + String.join(", ", criteria.types()),
            text(value -> criteria.types().contains(value) ? value : null));
    if (type == null) {
      return;
    }
    List<String> known = new ArrayList<>(COMMON_FIELDS);
    known.addAll(criteria.fields(type));
    rule.onlyKnown(known);
    Criterion criterion = criteria.read(type, rule);
    if (faults.size() == faultsBefore) {
      rules.add(
          new FraudRule(
              id,
              verdict,
              retired ? State.RETIRED : shadow ? State.SHADOW : State.IN_FORCE,
              criterion));
    }
  }

  private static boolean isTrue(DocumentObject rule, String field) {
    return rule.has(field)
        && Boolean.TRUE.equals(
            rule.field(
                field, "true or false", value -> value instanceof Boolean truth ? truth : null));
  }
}
