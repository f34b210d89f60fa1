package io.clickledger.rules.fraud;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the rules that a user agent matches, as a set of bits. A search takes time linear in the
 * length of the user agent and constant stack. Thread-safe.
 */
final class UserAgentMatcher {

  private final long missing;
  private final List<Marked> rules;

  /** The check of a rule for a present user agent, and the bit of the rule. */
  record Marked(Mark mark, long bit) {}

  /** Checks one user agent. */
  @FunctionalInterface
  interface Mark {
    boolean matches(String userAgent);
  }

  /**
   * @param missing bits of the rules that a click without a user agent matches
   */
  UserAgentMatcher(long missing, List<Marked> rules) {
    this.missing = missing;
    this.rules = List.copyOf(rules);
  }

  /** The bits of the rules that match; null and blank user agents are missing ones. */
  long of(String userAgent) {
    if (userAgent == null || userAgent.isBlank()) {
      return missing;
    }
    long marks = 0;
    for (Marked rule : rules) {
      if (rule.mark().matches(userAgent)) {
        marks |= rule.bit();
      }
    }
    return marks;
  }

  /**
   * Whether one of the patterns is found, and is still found where the ignored parts are replaced
   * by a blank. Few user agents match, so the replacement costs the others nothing.
   */
  static Mark anyOf(List<Pattern> patterns, List<Pattern> ignored) {
    Mark found = anyOf(patterns);
    return userAgent ->
        found.matches(userAgent)
            && (ignored.isEmpty() || found.matches(without(ignored, userAgent)));
  }

  private static String without(List<Pattern> ignored, String userAgent) {
    String left = userAgent;
    for (Pattern part : ignored) {
      left = part.matcher(left).replaceAll(" ");
    }
    return left;
  }

  private static Mark anyOf(List<Pattern> patterns) {
    Literals literals = new Literals();
    List<Pattern> others = new ArrayList<>();
    for (Pattern pattern : patterns) {
      if (!literals.add(pattern)) {
        others.add(pattern);
      }
    }
    return userAgent ->
        literals.areIn(userAgent)
            || others.stream().anyMatch(pattern -> pattern.matcher(userAgent).find());
  }

  /** How many steps a search for the pattern takes at most for one character; 0 for plain texts. */
  static int steps(Pattern pattern) {
    return new Literals().add(pattern) ? 0 : pattern.programSize();
  }

  /** Whether no browser could have sent it. */
  static Mark impossible(FraudRule.ImpossibleUserAgent rule) {
    return userAgent ->
        userAgent.length() < rule.shortest()
            || userAgent.chars().anyMatch(c -> c < ' ' || c == 0x7f)
            || rule.texts().stream().anyMatch(userAgent::equalsIgnoreCase)
            || rule.contradictions().stream()
                .anyMatch(texts -> texts.stream().allMatch(userAgent::contains))
            || rule.newest().entrySet().stream()
                .anyMatch(entry -> isNewer(userAgent, entry.getKey(), entry.getValue()));
  }

  private static boolean isNewer(String userAgent, String name, int newest) {
    int at = userAgent.indexOf(name);
    if (at < 0) {
      return false;
    }
    long number = 0;
    for (int i = at + name.length(); i < userAgent.length() && number <= newest; i++) {
      int digit = userAgent.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      number = number * 10 + digit;
    }
    return number > newest;
  }

  /**
   * Plain texts, anywhere or in front, found by their first two characters. Crawler lists are
   * nearly all plain text, and more than a thousand of them one after the other would cost a tenth
   * of a millisecond.
   */
  private static final class Literals {

    private final Map<Integer, List<String>> byStart = new HashMap<>();
    private final List<String> inFront = new ArrayList<>();

    /** Takes the pattern where it is a plain text; says whether it was. */
    boolean add(Pattern pattern) {
      boolean front = pattern.pattern().startsWith("^");
      String text = plain(front ? pattern.pattern().substring(1) : pattern.pattern());
      if (text == null) {
        return false;
      }
      if (front) {
        inFront.add(text);
      } else {
        byStart.computeIfAbsent(start(text, 0), s -> new ArrayList<>()).add(text);
      }
      return true;
    }

    boolean areIn(String userAgent) {
      if (inFront.stream().anyMatch(userAgent::startsWith)) {
        return true;
      }
      for (int i = 0; i + 1 < userAgent.length(); i++) {
        List<String> candidates = byStart.get(start(userAgent, i));
        if (candidates != null) {
          for (String text : candidates) {
            if (userAgent.startsWith(text, i)) {
              return true;
            }
          }
        }
      }
      return false;
    }

    private static int start(String text, int at) {
      return text.charAt(at) << 16 | text.charAt(at + 1);
    }

    /** The text that the pattern stands for; null where it is more than a text of two or more. */
    private static String plain(String pattern) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < pattern.length(); i++) {
        char c = pattern.charAt(i);
        if (c == '\\' && i + 1 < pattern.length() && !isAlphanumeric(pattern.charAt(i + 1))) {
          i++;
          text.append(pattern.charAt(i));
        } else if (".*+?()[]{}|^$\\".indexOf(c) >= 0) {
          return null;
        } else {
          text.append(c);
        }
      }
      return text.length() < 2 ? null : text.toString();
    }

    private static boolean isAlphanumeric(char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
  }
}
