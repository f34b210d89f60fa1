package io.clickledger.rules.fraud;

import com.google.re2j.Pattern;
import io.clickledger.rules.web.IpNetwork;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One rule of a document. */
record FraudRule(String id, Verdict verdict, State state, Criterion criterion) {

  /** What a rule is there for. */
  enum State {
    /** What it matches has its class. */
    IN_FORCE,
    /** What it matches is noted, and changes no verdict. */
    SHADOW,
    /** It matches nothing; it stays because landed clicks carry its id. */
    RETIRED
  }

  boolean retired() {
    return state == State.RETIRED;
  }

  /** What a rule looks for. */
  sealed interface Criterion {
    /** Whether it looks at one click alone, as it lands. */
    default boolean isStateless() {
      return true;
    }
  }

  /** A criterion that looks at metadata or at other clicks, whenever a click is judged. */
  sealed interface JudgedLater extends Criterion {
    @Override
    default boolean isStateless() {
      return false;
    }
  }

  record Addresses(List<IpNetwork> networks) implements Criterion {}

  record DeviceTypes(Set<String> deviceTypes) implements Criterion {}

  /**
   * @param ignored parts of a user agent, such as the name of a phone, in which the patterns do not
   *     count
   */
  record UserAgentPatterns(List<Pattern> patterns, List<Pattern> ignored) implements Criterion {}

  record RequestPurposes(Set<String> purposes) implements Criterion {}

  record Networks(Set<String> networks) implements Criterion {}

  record MissingUserAgent() implements Criterion {}

  /**
   * @param shortest characters of the shortest user agent that a browser could send
   * @param texts whole user agents that no browser sends, in any case
   * @param contradictions texts that no browser says together
   * @param newest greatest number that may follow a text, such as 200 after "Chrome/"
   */
  record ImpossibleUserAgent(
      int shortest,
      List<String> texts,
      List<List<String>> contradictions,
      Map<String, Integer> newest)
      implements Criterion {}

  /**
   * @param pageCaches hosts that show the pages of any publisher under names of their own
   */
  record PublisherMismatch(List<String> pageCaches) implements JudgedLater {}

  record Velocity(VelocityRule.Key key, Duration window, int limit) implements JudgedLater {}

  record RepeatClick(Duration window) implements JudgedLater {}
}
