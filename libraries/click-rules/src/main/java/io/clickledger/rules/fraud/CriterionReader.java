package io.clickledger.rules.fraud;

import static io.clickledger.rules.fraud.DocumentObject.text;

import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.fraud.FraudRule.Criterion;
import io.clickledger.rules.web.IpAddress;
import io.clickledger.rules.web.IpNetwork;
import io.clickledger.rules.web.PageHosts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a rule looks for, by the type of the rule. For the rules of one document. */
final class CriterionReader {

  private static final int MAX_LIMIT = StatefulRules.MAX_LOOKBACK - 1;
  private static final int MAX_NUMBER = 1_000_000;
  private static final int MAX_SHORTEST_USER_AGENT = 64;
  private static final long MAX_AS_NUMBER = 0xffff_ffffL;
  private static final Duration MAX_WINDOW = Duration.ofHours(1);

  /** Widest networks of a rule, so that a typing error does not block everything. */
  private static final int MIN_IPV4_PREFIX = 8;

  private static final int MIN_IPV6_PREFIX = 16;

  private static final String NETWORK =
      "an address or a block such as 203.0.113.0/24 (/%s to /32) or 2001:db8::/32 (/%s to /128),"
              .formatted(MIN_IPV4_PREFIX, MIN_IPV6_PREFIX)
          + " without bits behind the prefix";

  private static final Pattern REQUEST_PURPOSE =
      Pattern.compile("[A-Za-z0-9._:-]{1,%s}".formatted(ClickLimits.REQUEST_PURPOSE_CHARACTERS));

  private static final Pattern AS_NUMBER = Pattern.compile("AS([1-9][0-9]{0,9})");
  private static final Pattern WINDOW = Pattern.compile("([1-9][0-9]{0,3})([smh])");

  private static final List<String> DEVICE_TYPES =
      List.of("DESKTOP", "PHONE", "TABLET", "TV", "ROBOT", "OTHER", "UNKNOWN");

  private final Map<String, Type> types = new LinkedHashMap<>();
  private final PatternReader patterns;

  /** The fields of a rule of a type beside those of all, and how they are read. */
  private record Type(List<String> fields, Function<DocumentObject, Criterion> reading) {}

  CriterionReader(PatternReader patterns) {
    this.patterns = patterns;
    add("address", CriterionReader::addresses, "networks");
    add("device-type", CriterionReader::deviceTypes, "device_types");
    add("user-agent-pattern", this::userAgentPatterns, "patterns", "ignored");
    add("network", CriterionReader::networks, "networks");
    add("request-purpose", CriterionReader::requestPurposes, "purposes");
    add("missing-user-agent", rule -> new FraudRule.MissingUserAgent());
    add(
        "impossible-user-agent",
        CriterionReader::impossibleUserAgent,
        "shortest",
        "texts",
        "contradictions",
        "newest");
    add("publisher-mismatch", CriterionReader::publisherMismatch, "page_caches");
    add("velocity", CriterionReader::velocity, "key", "window", "limit");
    add("repeat-click", rule -> new FraudRule.RepeatClick(window(rule)), "window");
  }

  private void add(String type, Function<DocumentObject, Criterion> reading, String... fields) {
    types.put(type, new Type(List.of(fields), reading));
  }

  /** The types that there are. */
  Set<String> types() {
    return types.keySet();
  }

  List<String> fields(String type) {
    return types.get(type).fields();
  }

  /** What a rule of the type looks for; of no use where the document got a fault. */
  Criterion read(String type, DocumentObject rule) {
    return types.get(type).reading().apply(rule);
  }

  private static Criterion addresses(DocumentObject rule) {
    return new FraudRule.Addresses(
        rule.list("networks", NETWORK, text(CriterionReader::addressNetwork)));
  }

  private static Criterion deviceTypes(DocumentObject rule) {
    return new FraudRule.DeviceTypes(
        Set.copyOf(
            rule.list(
                "device_types",
                "one of " + String.join(", ", DEVICE_TYPES),
                text(name -> DEVICE_TYPES.contains(name) ? name : null))));
  }

  private Criterion userAgentPatterns(DocumentObject rule) {
    return new FraudRule.UserAgentPatterns(
        patterns.read(rule, "patterns"),
        rule.has("ignored") ? patterns.read(rule, "ignored") : List.of());
  }

  private static Criterion networks(DocumentObject rule) {
    return new FraudRule.Networks(
        Set.copyOf(
            rule.list(
                "networks",
                "an autonomous system such as AS16509",
                text(CriterionReader::autonomousSystem))));
  }

  private static Criterion requestPurposes(DocumentObject rule) {
    return new FraudRule.RequestPurposes(
        Set.copyOf(
            rule.list(
                "purposes",
                "a purpose such as prefetch",
                DocumentObject.matching(REQUEST_PURPOSE))));
  }

  private static Criterion impossibleUserAgent(DocumentObject rule) {
    return new FraudRule.ImpossibleUserAgent(
        rule.integer("shortest", 1, MAX_SHORTEST_USER_AGENT),
        rule.list(
            "texts", "a text that is not blank", text(value -> value.isBlank() ? null : value)),
        rule.list(
            "contradictions", "an array of two or more texts", CriterionReader::contradiction),
        newest(rule));
  }

  private static Criterion publisherMismatch(DocumentObject rule) {
    return new FraudRule.PublisherMismatch(
        rule.has("page_caches")
            ? rule.list(
                "page_caches",
                "a host name in lower case such as cdn.example.org",
                text(host -> PageHosts.isDomain(host) ? host : null))
            : List.of());
  }

  private static Criterion velocity(DocumentObject rule) {
    return new FraudRule.Velocity(
        rule.field("key", "ip_address or user_id", CriterionReader::key),
        window(rule),
        rule.integer("limit", 1, MAX_LIMIT));
  }

  private static IpNetwork addressNetwork(String text) {
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

  private static List<String> contradiction(Object value) {
    return value instanceof List<?> texts
            && texts.size() >= 2
            && texts.stream().allMatch(text -> text instanceof String s && !s.isBlank())
        ? texts.stream().map(String.class::cast).toList()
        : null;
  }

  private static Map<String, Integer> newest(DocumentObject rule) {
    DocumentObject given =
        rule.object("newest", "an object of texts and numbers such as {\"Chrome/\": 200}");
    Map<String, Integer> newest = new LinkedHashMap<>();
    if (given != null) {
      for (Object name : given.fields().keySet()) {
        newest.put((String) name, given.integer((String) name, 1, MAX_NUMBER));
      }
    }
    return newest;
  }

  private static VelocityRule.Key key(Object value) {
    for (VelocityRule.Key key : VelocityRule.Key.values()) {
      if (key.wireName().equals(value)) {
        return key;
      }
    }
    return null;
  }

  private static Duration window(DocumentObject rule) {
    return rule.field(
        "window", "1s to 1h in s, m or h, such as 10s", text(CriterionReader::duration));
  }

  private static Duration duration(String text) {
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
}
