package io.clickledger.spark;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import nl.basjes.parse.useragent.UserAgent;
import nl.basjes.parse.useragent.UserAgentAnalyzer;

/**
 * Reads user agents with yauaa. An analyzer takes seconds to build and its parse some milliseconds,
 * so there is one for each JVM, behind a bounded cache of what came out: yauaa's own cache makes a
 * new result of some kilobytes at each hit. Total: every text gives a device, within bounds of time
 * and memory (docs/decisions/0012). Safe for use by many threads.
 */
public final class UserAgents {
  /** Characters of what is cached; some 50,000 user agents of browsers. */
  private static final long MAX_CACHED_CHARACTERS = 14_000_000;

  /** What an entry takes beside its texts, in characters. */
  private static final int ENTRY_CHARACTERS = 150;

  private UserAgents() {}

  /**
   * The device behind the user agent; null and blank ones are unknown. One that is too complex for
   * the analyser or makes it fail, or whose turn comes when the budget is spent, is of unknown type
   * and says that it was not analysed.
   */
  public static Device device(String userAgent, AnalysisBudget budget) {
    if (userAgent == null || userAgent.isBlank()) {
      return Device.UNKNOWN;
    }
    // Not cached: the check is as cheap as a cache look-up, and the cache has room for others.
    if (!UserAgentComplexity.isWithinLimits(userAgent)) {
      return Device.UNANALYSED;
    }
    Device device = Analyzer.DEVICES.getIfPresent(userAgent);
    if (device != null) {
      return device;
    }
    return budget.isSpent() ? Device.UNANALYSED : budget.spend(() -> analysed(userAgent));
  }

  /*
   * The last line of defence: nothing within the limits was seen to fail. What failed is not cached:
   * a stack that is short here may be long enough elsewhere.
   */
  private static Device analysed(String userAgent) {
    Device device;
    try {
      device = parsed(userAgent);
    } catch (RuntimeException | StackOverflowError e) {
      return Device.UNANALYSED;
    }
    Analyzer.DEVICES.put(userAgent, device);
    return device;
  }

  /** The result of the analyser, without the cache. */
  static Device parsed(String userAgent) {
    return Analyzer.parse(userAgent);
  }

  private static String type(String deviceClass) {
    return switch (deviceClass) {
      case "Desktop" -> "DESKTOP";
      case "Phone", "Mobile" -> "PHONE";
      case "Tablet" -> "TABLET";
      case "TV", "Set-top box" -> "TV";
      case "Robot", "Robot Mobile", "Robot Imitator", "Hacker" -> Device.ROBOT;
      default -> "OTHER";
    };
  }

  private static String known(String value) {
    return value == null || value.startsWith("Unknown") || value.equals("??") ? null : value;
  }

  /** Built at first use. */
  private static final class Analyzer {
    private static final UserAgentAnalyzer INSTANCE =
        UserAgentAnalyzer.newBuilder()
            .hideMatcherLoadStats()
            .withField(UserAgent.DEVICE_CLASS)
            .withField(UserAgent.OPERATING_SYSTEM_NAME)
            .withField(UserAgent.AGENT_NAME)
            .withoutCache()
            .build();

    static final Cache<String, Device> DEVICES =
        Caffeine.newBuilder()
            .maximumWeight(MAX_CACHED_CHARACTERS)
            .weigher(Analyzer::characters)
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
          type(parsed.getValue(UserAgent.DEVICE_CLASS)),
          known(parsed.getValue(UserAgent.OPERATING_SYSTEM_NAME)),
          known(parsed.getValue(UserAgent.AGENT_NAME)));
    }

    private static int characters(String userAgent, Device device) {
      return ENTRY_CHARACTERS
          + userAgent.length()
          + (device.os() == null ? 0 : device.os().length())
          + (device.browser() == null ? 0 : device.browser().length());
    }
  }
}
