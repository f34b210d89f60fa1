package io.clickledger.spark;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickledger.rules.fraud.FraudRules;
import java.util.Optional;
import java.util.UUID;
import nl.basjes.parse.useragent.UserAgent;
import nl.basjes.parse.useragent.UserAgentAnalyzer;

/**
 * Reads user agents with yauaa, and matches them with fraud rules. An analyzer takes seconds to
 * build and its parse some milliseconds, so there is one for each JVM, behind a bounded cache of
 * what came out: yauaa's own cache makes a new result of some kilobytes at each hit. Total: every
 * text gives a device, within bounds of time and memory (docs/decisions/0012). Safe for use by many
 * threads.
 */
public final class UserAgents {
  /**
   * Characters of what is cached; some 50,000 user agents of browsers. Senders choose the length of
   * a user agent, so a number of entries would not bound memory.
   */
  private static final long MAX_CACHED_CHARACTERS = 14_000_000;

  /** What an entry takes beside its texts, in characters. */
  private static final int ENTRY_CHARACTERS = 180;

  /** The same of user agents that were not analysed: they cost the sender nothing. */
  private static final long MAX_UNANALYSED_CHARACTERS = 3_000_000;

  private static final Cache<String, Entry> ANALYSED = cache(MAX_CACHED_CHARACTERS);

  /** Apart, so that a flood of them does not drive out results that an analysis was spent on. */
  private static final Cache<String, Entry> UNANALYSED = cache(MAX_UNANALYSED_CHARACTERS);

  private UserAgents() {}

  /**
   * What is known of a user agent.
   *
   * @param device empty while it was not analysed for a reason that may pass
   * @param rules document of the rules that it was matched with
   * @param matched the rules that it matches
   */
  private record Entry(Optional<Device> device, UUID rules, long matched) {
    boolean isAnalysed() {
      return device.isPresent() && !device.get().equals(Device.UNANALYSED);
    }

    AnalysedUserAgent result() {
      return new AnalysedUserAgent(device.orElse(Device.UNANALYSED), matched);
    }
  }

  /**
   * The device behind the user agent, and the rules that it matches. The device of null and blank
   * ones is unknown. That of one which is too complex for the analyser or makes it fail, or whose
   * turn comes when the budget is spent, is of unknown type and says that it was not analysed.
   */
  public static AnalysedUserAgent analyse(
      String userAgent, FraudRules rules, AnalysisBudget budget) {
    if (userAgent == null || userAgent.isBlank()) {
      return new AnalysedUserAgent(Device.UNKNOWN, rules.ofUserAgent(userAgent));
    }
    Entry known = cached(userAgent);
    boolean isMatched = known != null && known.rules().equals(rules.documentId());
    if (isMatched && (known.device().isPresent() || budget.isSpent())) {
      return known.result();
    }
    Entry entry =
        new Entry(
            known == null || known.device().isEmpty() ? device(userAgent, budget) : known.device(),
            rules.documentId(),
            isMatched ? known.matched() : rules.ofUserAgent(userAgent));
    (entry.isAnalysed() ? ANALYSED : UNANALYSED).put(userAgent, entry);
    return entry.result();
  }

  /** The rules that a user agent matches, as {@link FraudRules#ofUserAgent} has them. */
  public static long matched(String userAgent, FraudRules rules) {
    if (userAgent == null || userAgent.isBlank()) {
      return rules.ofUserAgent(userAgent);
    }
    Entry known = cached(userAgent);
    if (known != null && known.rules().equals(rules.documentId())) {
      return known.matched();
    }
    Entry entry =
        new Entry(
            known == null ? Optional.empty() : known.device(),
            rules.documentId(),
            rules.ofUserAgent(userAgent));
    (entry.isAnalysed() ? ANALYSED : UNANALYSED).put(userAgent, entry);
    return entry.matched();
  }

  private static Cache<String, Entry> cache(long maxCharacters) {
    return Caffeine.newBuilder()
        .maximumWeight(maxCharacters)
        .weigher(UserAgents::characters)
        .build();
  }

  private static Entry cached(String userAgent) {
    Entry analysed = ANALYSED.getIfPresent(userAgent);
    return analysed == null ? UNANALYSED.getIfPresent(userAgent) : analysed;
  }

  /*
   * The last line of defence: nothing within the limits was seen to fail. What failed is tried
   * again: a stack that is short here may be long enough elsewhere.
   */
  private static Optional<Device> device(String userAgent, AnalysisBudget budget) {
    if (!UserAgentComplexity.isWithinLimits(userAgent)) {
      return Optional.of(Device.UNANALYSED);
    }
    if (budget.isSpent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(budget.spend(() -> parsed(userAgent)));
    } catch (RuntimeException | StackOverflowError e) {
      return Optional.empty();
    }
  }

  /**
   * The result of the analyser, without the cache. It says robot of phones whose name sounds like
   * one, so a robot must also be one without the name of its phone.
   */
  static Device parsed(String userAgent) {
    Device device = Analyzer.parse(userAgent);
    if (!device.type().equals(Device.ROBOT)) {
      return device;
    }
    String withoutName = AndroidModel.withoutName(userAgent);
    return withoutName.equals(userAgent) ? device : Analyzer.parse(withoutName);
  }

  private static String type(UserAgent parsed) {
    return switch (parsed.getValue(UserAgent.DEVICE_CLASS)) {
      case "Desktop" -> "DESKTOP";
      case "Phone", "Mobile" -> "PHONE";
      case "Tablet" -> "TABLET";
      case "TV", "Set-top box" -> "TV";
      case "Robot", "Robot Mobile", "Robot Imitator" ->
          isBrowserOfFeaturePhone(parsed) ? "PHONE" : Device.ROBOT;
      case "Hacker" -> isAttack(parsed) ? Device.ROBOT : "OTHER";
      default -> "OTHER";
    };
  }

  /**
   * Whether yauaa says robot only because the name of a browser looks like a web address. Robots
   * that imitate these phones say what they are, and yauaa then says robot of the agent, too.
   */
  private static boolean isBrowserOfFeaturePhone(UserAgent parsed) {
    return !parsed.getValue(UserAgent.AGENT_CLASS).startsWith("Robot")
        && parsed.getUserAgentString().contains("Profile/MIDP");
  }

  /**
   * Whether yauaa names the tool or the kind of an attack. It also says Hacker of user agents that
   * it cannot read, such as those of feature phones, and Fuzzing of some names of phones.
   */
  private static boolean isAttack(UserAgent parsed) {
    String attack = known(parsed.getValue(UserAgent.HACKER_ATTACK_VECTOR));
    return known(parsed.getValue(UserAgent.HACKER_TOOLKIT)) != null
        || (attack != null && !attack.equals("Fuzzing"));
  }

  private static String known(String value) {
    return value == null || value.startsWith("Unknown") || value.equals("??") ? null : value;
  }

  private static int characters(String userAgent, Entry entry) {
    return ENTRY_CHARACTERS + userAgent.length() + entry.device().map(Device::characters).orElse(0);
  }

  /** Built at first use. */
  private static final class Analyzer {
    private static final UserAgentAnalyzer INSTANCE =
        UserAgentAnalyzer.newBuilder()
            .hideMatcherLoadStats()
            .withField(UserAgent.DEVICE_CLASS)
            .withField(UserAgent.OPERATING_SYSTEM_NAME)
            .withField(UserAgent.AGENT_NAME)
            .withField(UserAgent.AGENT_CLASS)
            .withField(UserAgent.HACKER_TOOLKIT)
            .withField(UserAgent.HACKER_ATTACK_VECTOR)
            .withoutCache()
            .build();

    /** How many parses may pass before the parser's memory is looked at. */
    private static final int PARSES_BETWEEN_LOOKS = 500;

    private static final ParserMemory MEMORY = new ParserMemory();

    private static int parses;

    /** One at a time, as yauaa does it anyway: what the parser remembers is static. */
    static synchronized Device parse(String userAgent) {
      if (++parses % PARSES_BETWEEN_LOOKS == 0) {
        MEMORY.bound();
      }
      UserAgent parsed = INSTANCE.parse(userAgent);
      return new Device(
          type(parsed),
          known(parsed.getValue(UserAgent.OPERATING_SYSTEM_NAME)),
          known(parsed.getValue(UserAgent.AGENT_NAME)));
    }
  }
}
