package io.clickledger.rules.fraud;

import io.clickledger.rules.fraud.FraudRule.Criterion;
import io.clickledger.rules.web.IpAddress;
import io.clickledger.rules.web.IpNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a document of fraud rules (docs/fraud-rules.md). All errors are reported together: path,
 * what is allowed, and what was found.
 */
final class FraudRulesDocument {

  /** The number of bits of a long, in which the matches of a click are stored. */
  static final int MAX_RULES = Long.SIZE;

  private static final int MAX_PATTERN_CHARACTERS = 512;

  /**
   * Steps of one pattern, and of all patterns of a document. A search takes at most so many steps
   * for each character of a user agent, and some 60 ns for each of them (decision 0012).
   */
  private static final int MAX_PATTERN_STEPS = 1_000;

  private static final int MAX_STEPS = 4_000;

  /**
   * Product of all counted repetitions of a pattern; a pattern is written out before it is
   * measured.
   */
  private static final int MAX_REPETITIONS = 10_000;

  private static final int MAX_MEANING_CHARACTERS = 200;
  private static final int MAX_LIMIT = StatefulRules.MAX_LOOKBACK - 1;
  private static final int MAX_NUMBER = 1_000_000;
  private static final int MAX_SHORTEST_USER_AGENT = 64;
  private static final long MAX_AS_NUMBER = 0xffff_ffffL;
  private static final int MAX_SHOWN_CHARACTERS = 60;
  private static final Duration MAX_WINDOW = Duration.ofHours(1);

  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern ID = Pattern.compile("(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern AS_NUMBER = Pattern.compile("AS([1-9][0-9]{0,9})");
  private static final Pattern WINDOW = Pattern.compile("([1-9][0-9]{0,3})([smh])");
  private static final Pattern COUNT = Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{1,9})?)?\\}");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])");

  /** Widest networks of a rule, so that a typing error does not block everything. */
  private static final int MIN_IPV4_PREFIX = 8;

  private static final int MIN_IPV6_PREFIX = 16;

  private static final String NETWORK =
      "an address or a block such as 203.0.113.0/24 (/%s to /32) or 2001:db8::/32 (/%s to /128),"
              .formatted(MIN_IPV4_PREFIX, MIN_IPV6_PREFIX)
          + " without bits behind the prefix";

  private static final List<String> DEVICE_TYPES =
      List.of("DESKTOP", "PHONE", "TABLET", "TV", "ROBOT", "OTHER", "UNKNOWN");

  private static final List<String> COMMON_FIELDS =
      List.of("id", "class", "type", "meaning", "retired");

  /** Fields of a rule of each type beside those of all. */
  private static final Map<String, List<String>> TYPES = new LinkedHashMap<>();

  static {
    TYPES.put("address", List.of("networks"));
    TYPES.put("device-type", List.of("device_types"));
    TYPES.put("user-agent-pattern", List.of("patterns"));
    TYPES.put("network", List.of("networks"));
    TYPES.put("missing-user-agent", List.of());
    TYPES.put("impossible-user-agent", List.of("shortest", "texts", "contradictions", "newest"));
    TYPES.put("publisher-mismatch", List.of("page_caches"));
    TYPES.put("velocity", List.of("key", "window", "limit"));
    TYPES.put("repeat-click", List.of("window"));
  }

  /** How every user agent of a browser begins: a pattern that finds itself in it finds them all. */
  private static final String ANY_BROWSER = "Mozilla/5.0 (";

  private final List<String> faults = new ArrayList<>();
  private final List<FraudRule> rules = new ArrayList<>();
  private String version;
  private int steps;

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
      tree.repeated().forEach(path -> document.fault(path, "must stand once, stands again"));
      document.root(fields);
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

  private void root(Map<?, ?> fields) {
    onlyKnown(fields, "", List.of("version", "rules"));
    version =
        field(
            fields,
            "",
            "version",
            "1 to 64 of A-Z a-z 0-9 . _ - that begin with a letter or digit",
            matching(VERSION));
    List<?> elements = field(fields, "", "rules", "an array of rules", FraudRulesDocument::array);
    if (elements == null) {
      return;
    }
    if (elements.size() > MAX_RULES) {
      fault("rules", "must be at most %s rules, were %s".formatted(MAX_RULES, elements.size()));
    }
    Map<String, String> places = new HashMap<>();
    for (int i = 0; i < elements.size(); i++) {
      String path = "rules[" + i + "]";
      if (elements.get(i) instanceof Map<?, ?> rule) {
        rule(rule, path, places);
      } else {
        fault(path, "must be an object, was " + shown(elements.get(i)));
      }
    }
    if (steps > MAX_STEPS) {
      fault(
          "rules",
          "must have patterns of at most %s steps together, plain texts left out, had %s"
              .formatted(MAX_STEPS, steps));
    }
    rules.sort(Comparator.comparing(FraudRule::id));
  }

  private void rule(Map<?, ?> fields, String path, Map<String, String> places) {
    int faultsBefore = faults.size();
    String id =
        field(
            fields,
            path,
            "id",
            "words of a-z 0-9 with - between, at most 64 characters",
            matching(ID));
    if (id != null && places.putIfAbsent(id, path) != null) {
      fault(path + ".id", "must be a rule's own, was %s as in %s".formatted(id, places.get(id)));
    }
    Verdict verdict =
        field(
            fields,
            path,
            "class",
            "GENERAL_INVALID or SOPHISTICATED_INVALID",
            value ->
                "GENERAL_INVALID".equals(value)
                    ? Verdict.GENERAL_INVALID
                    : "SOPHISTICATED_INVALID".equals(value) ? Verdict.SOPHISTICATED_INVALID : null);
    field(
        fields,
        path,
        "meaning",
        "a sentence of at most %s characters".formatted(MAX_MEANING_CHARACTERS),
        value ->
            value instanceof String text
                    && !text.isBlank()
                    && text.length() <= MAX_MEANING_CHARACTERS
                ? text
                : null);
    Boolean retired =
        fields.containsKey("retired")
            ? field(
                fields,
                path,
                "retired",
                "true or false",
                value -> value instanceof Boolean truth ? truth : null)
            : Boolean.FALSE;
    String type =
        field(
            fields,
            path,
            "type",
            "one of " + String.join(", ", TYPES.keySet()),
            value -> TYPES.containsKey(value) ? (String) value : null);
    if (type == null) {
      return;
    }
    List<String> known = new ArrayList<>(COMMON_FIELDS);
    known.addAll(TYPES.get(type));
    onlyKnown(fields, path, known);
    Criterion criterion = criterion(type, fields, path);
    if (faults.size() == faultsBefore) {
      rules.add(new FraudRule(id, verdict, retired, criterion));
    }
  }

  private Criterion criterion(String type, Map<?, ?> fields, String path) {
    return switch (type) {
      case "address" ->
          new FraudRule.Addresses(
              list(fields, path, "networks", NETWORK, text(FraudRulesDocument::network)));
      case "device-type" ->
          new FraudRule.DeviceTypes(
              Set.copyOf(
                  list(
                      fields,
                      path,
                      "device_types",
                      "one of " + String.join(", ", DEVICE_TYPES),
                      text(name -> DEVICE_TYPES.contains(name) ? name : null))));
      case "user-agent-pattern" -> new FraudRule.UserAgentPatterns(patterns(fields, path));
      case "network" ->
          new FraudRule.Networks(
              Set.copyOf(
                  list(
                      fields,
                      path,
                      "networks",
                      "an autonomous system such as AS16509",
                      text(FraudRulesDocument::autonomousSystem))));
      case "missing-user-agent" -> new FraudRule.MissingUserAgent();
      case "impossible-user-agent" ->
          new FraudRule.ImpossibleUserAgent(
              integer(fields, path, "shortest", 1, MAX_SHORTEST_USER_AGENT),
              list(fields, path, "texts", "a text that is not blank", text(notBlank())),
              contradictions(fields, path),
              newest(fields, path));
      case "publisher-mismatch" ->
          new FraudRule.PublisherMismatch(
              fields.containsKey("page_caches")
                  ? list(
                      fields,
                      path,
                      "page_caches",
                      "a host name in lower case such as cdn.example.org",
                      matching(DOMAIN))
                  : List.of());
      case "velocity" ->
          new FraudRule.Velocity(
              field(fields, path, "key", "ip_address or user_id", FraudRulesDocument::key),
              window(fields, path),
              integer(fields, path, "limit", 1, MAX_LIMIT));
      default -> new FraudRule.RepeatClick(window(fields, path));
    };
  }

  private List<com.google.re2j.Pattern> patterns(Map<?, ?> fields, String path) {
    List<com.google.re2j.Pattern> patterns = new ArrayList<>();
    String allowed =
        "a regular expression of at most %s characters, as RE2 reads it"
            .formatted(MAX_PATTERN_CHARACTERS);
    List<String> texts =
        list(
            fields,
            path,
            "patterns",
            allowed,
            text(pattern -> pattern.length() <= MAX_PATTERN_CHARACTERS ? pattern : null));
    // An invalid text was reported already and is not in the list, so its indexes are not valid
    // here.
    boolean placesHold =
        fields.get("patterns") instanceof List<?> all && all.size() == texts.size();
    for (int i = 0; placesHold && i < texts.size(); i++) {
      String text = texts.get(i);
      String at = "%s.patterns[%s]".formatted(path, i);
      try {
        if (repetitions(text) > MAX_REPETITIONS) {
          fault(
              at,
              "must have counted repetitions whose product is at most %s, was %s"
                  .formatted(MAX_REPETITIONS, shown(text)));
          continue;
        }
        com.google.re2j.Pattern pattern = com.google.re2j.Pattern.compile(text);
        if (pattern.programSize() > MAX_PATTERN_STEPS) {
          fault(
              at,
              "must be at most %s steps with its counted repetitions written out, was %s steps: %s"
                  .formatted(MAX_PATTERN_STEPS, pattern.programSize(), shown(text)));
        } else if (pattern.matcher(ANY_BROWSER).find()) {
          fault(at, "must not match every browser, was " + shown(text));
        }
        steps += UserAgentMatcher.steps(pattern);
        patterns.add(pattern);
      } catch (com.google.re2j.PatternSyntaxException e) {
        fault(at, "must be %s, was %s (%s)".formatted(allowed, shown(text), reason(e)));
      }
    }
    return patterns;
  }

  /** Product of the greatest counts that the pattern has in braces. */
  private static long repetitions(String pattern) {
    long product = 1;
    Matcher count = COUNT.matcher(pattern);
    while (count.find() && product <= MAX_REPETITIONS) {
      String greatest = count.group(2) == null ? count.group(1) : count.group(2);
      product *= Math.max(1, Long.parseLong(greatest));
    }
    return product;
  }

  private static String reason(com.google.re2j.PatternSyntaxException e) {
    return e.getDescription()
        + (e.getPattern() == null || e.getPattern().isEmpty() ? "" : ": " + e.getPattern());
  }

  private List<List<String>> contradictions(Map<?, ?> fields, String path) {
    String allowed = "an array of two or more texts";
    List<List<String>> contradictions = new ArrayList<>();
    for (List<?> texts :
        list(
            fields,
            path,
            "contradictions",
            allowed,
            value ->
                value instanceof List<?> texts
                        && texts.size() >= 2
                        && texts.stream().allMatch(t -> t instanceof String s && !s.isBlank())
                    ? texts
                    : null)) {
      contradictions.add(texts.stream().map(String.class::cast).toList());
    }
    return contradictions;
  }

  private Map<String, Integer> newest(Map<?, ?> fields, String path) {
    Map<?, ?> given =
        field(
            fields,
            path,
            "newest",
            "an object of texts and numbers such as {\"Chrome/\": 200}",
            value -> value instanceof Map<?, ?> numbers ? numbers : null);
    Map<String, Integer> newest = new LinkedHashMap<>();
    if (given != null) {
      for (Object name : given.keySet()) {
        newest.put((String) name, integer(given, path + ".newest", (String) name, 1, MAX_NUMBER));
      }
    }
    return newest;
  }

  private Duration window(Map<?, ?> fields, String path) {
    return field(
        fields,
        path,
        "window",
        "1s to 1h in s, m or h, such as 10s",
        text(FraudRulesDocument::window));
  }

  private static Duration window(String text) {
    Matcher matcher = WINDOW.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    int number = Integer.parseInt(matcher.group(1));
    Duration window =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        };
    return window.compareTo(MAX_WINDOW) > 0 ? null : window;
  }

  private static VelocityRule.Key key(Object value) {
    for (VelocityRule.Key key : VelocityRule.Key.values()) {
      if (key.wireName().equals(value)) {
        return key;
      }
    }
    return null;
  }

  private static IpNetwork network(String text) {
    IpNetwork network = IpNetwork.parse(text);
    if (network == null || !network.isExact()) {
      return null;
    }
    int min =
        network.address().family() == IpAddress.Family.IPV4 ? MIN_IPV4_PREFIX : MIN_IPV6_PREFIX;
    return network.prefix() < min ? null : network;
  }

  private static String autonomousSystem(String text) {
    Matcher matcher = AS_NUMBER.matcher(text);
    return matcher.matches() && Long.parseLong(matcher.group(1)) <= MAX_AS_NUMBER ? text : null;
  }

  private int integer(Map<?, ?> fields, String path, String name, int min, int max) {
    Long number =
        field(
            fields,
            path,
            name,
            "a whole number from %s to %s".formatted(min, max),
            value -> value instanceof Long whole && whole >= min && whole <= max ? whole : null);
    return number == null ? min : number.intValue();
  }

  /** The elements that are what they must be; the others have their faults. */
  private <T> List<T> list(
      Map<?, ?> fields, String path, String name, String allowed, Function<Object, T> reading) {
    List<?> elements =
        field(fields, path, name, "an array, each of it " + allowed, FraudRulesDocument::array);
    List<T> read = new ArrayList<>();
    for (int i = 0; elements != null && i < elements.size(); i++) {
      T value = reading.apply(elements.get(i));
      if (value == null) {
        fault(
            "%s.%s[%s]".formatted(path, name, i),
            "must be %s, was %s".formatted(allowed, shown(elements.get(i))));
      } else {
        read.add(value);
      }
    }
    return read;
  }

  /** Null where it is at fault. */
  private <T> T field(
      Map<?, ?> fields, String path, String name, String allowed, Function<Object, T> reading) {
    String at = path.isEmpty() ? name : path + "." + name;
    Object value = fields.get(name);
    if (value == null) {
      fault(at, "must be " + allowed + ", is missing");
      return null;
    }
    T read = reading.apply(value);
    if (read == null) {
      fault(at, "must be %s, was %s".formatted(allowed, shown(value)));
    }
    return read;
  }

  private void onlyKnown(Map<?, ?> fields, String path, List<String> known) {
    Set<Object> unknown = new LinkedHashSet<>(fields.keySet());
    unknown.removeAll(known);
    for (Object name : unknown) {
      fault(
          path.isEmpty() ? name.toString() : path + "." + name,
          "is unknown, known are " + String.join(", ", known));
    }
  }

  private void fault(String path, String detail) {
    faults.add(path + ": " + detail);
  }

  private static List<?> array(Object value) {
    return value instanceof List<?> elements ? elements : null;
  }

  private static Function<Object, String> matching(Pattern pattern) {
    return text(value -> pattern.matcher(value).matches() ? value : null);
  }

  private static Function<String, String> notBlank() {
    return value -> value.isBlank() ? null : value;
  }

  private static <T> Function<Object, T> text(Function<String, T> reading) {
    return value -> value instanceof String text ? reading.apply(text) : null;
  }

  private static String shown(Object value) {
    if (value instanceof String text) {
      return '"'
          + (text.length() > MAX_SHOWN_CHARACTERS
              ? text.substring(0, MAX_SHOWN_CHARACTERS) + "..."
              : text)
          + '"';
    }
    if (value instanceof JsonTree.Other other) {
      return other.text();
    }
    return value instanceof Map<?, ?>
        ? "an object"
        : value instanceof List<?> ? "an array" : value.toString();
  }
}
