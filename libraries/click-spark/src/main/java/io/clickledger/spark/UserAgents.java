package io.clickledger.spark;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import nl.basjes.parse.useragent.UserAgent;
import nl.basjes.parse.useragent.UserAgentAnalyzer;

/**
 * Reads user agents with yauaa. An analyzer takes seconds to build and its parse some milliseconds,
 * so there is one for each JVM, behind a bounded cache of what came out: yauaa's own cache makes a
 * new result of some kilobytes at each hit. Safe for use by many threads.
 */
public final class UserAgents {
  private static final int CACHED = 50_000;

  private UserAgents() {}

  /** The device behind the user agent; null and blank ones are unknown. */
  public static Device device(String userAgent) {
    if (userAgent == null || userAgent.isBlank()) {
      return Device.UNKNOWN;
    }
    return Analyzer.DEVICES.get(userAgent);
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

    static final LoadingCache<String, Device> DEVICES =
        Caffeine.newBuilder().maximumSize(CACHED).build(Analyzer::parse);

    private static Device parse(String userAgent) {
      UserAgent parsed = INSTANCE.parse(userAgent);
      return new Device(
          type(parsed.getValue(UserAgent.DEVICE_CLASS)),
          known(parsed.getValue(UserAgent.OPERATING_SYSTEM_NAME)),
          known(parsed.getValue(UserAgent.AGENT_NAME)));
    }
  }
}
