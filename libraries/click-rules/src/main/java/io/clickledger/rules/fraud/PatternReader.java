package io.clickledger.rules.fraud;

import static io.clickledger.rules.fraud.DocumentObject.shown;
import static io.clickledger.rules.fraud.DocumentObject.text;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;

/** Reads the patterns of a document, whose searches together take a bounded time. */
final class PatternReader {

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

  private static final String ALLOWED =
      "a regular expression of at most %s characters, as RE2 reads it"
          .formatted(MAX_PATTERN_CHARACTERS);

  private static final java.util.regex.Pattern COUNT =
      java.util.regex.Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{1,9})?)?\\}");

  /** How every user agent of a browser begins: a pattern that finds itself in it finds them all. */
  private static final String ANY_BROWSER = "Mozilla/5.0 (";

  private int steps;

  /** The patterns of an array; those at fault are left out and reported. */
  List<Pattern> read(DocumentObject rule, String field) {
    List<Pattern> patterns = new ArrayList<>();
    List<String> texts =
        rule.list(
            field,
            ALLOWED,
            text(pattern -> pattern.length() <= MAX_PATTERN_CHARACTERS ? pattern : null));
    // An invalid text was reported already and is not in the list, so its indexes are not valid
    // here.
    boolean placesHold =
        rule.fields().get(field) instanceof List<?> all && all.size() == texts.size();
    for (int i = 0; placesHold && i < texts.size(); i++) {
      String at = "%s[%s]".formatted(field, i);
      read(texts.get(i), at, rule).ifPresent(patterns::add);
    }
    return patterns;
  }

  /** Reports a document whose patterns take too many steps together. */
  void checkSteps(DocumentObject document) {
    if (steps > MAX_STEPS) {
      document.fault(
          "rules",
          "must have patterns of at most %s steps together, plain texts left out, had %s"
              .formatted(MAX_STEPS, steps));
    }
  }

  private Optional<Pattern> read(String text, String at, DocumentObject rule) {
    if (repetitions(text) > MAX_REPETITIONS) {
      rule.fault(
          at,
          "must have counted repetitions whose product is at most %s, was %s"
              .formatted(MAX_REPETITIONS, shown(text)));
      return Optional.empty();
    }
    try {
      Pattern pattern = Pattern.compile(text);
      if (pattern.programSize() > MAX_PATTERN_STEPS) {
        rule.fault(
            at,
            "must be at most %s steps with its counted repetitions written out, was %s steps: %s"
                .formatted(MAX_PATTERN_STEPS, pattern.programSize(), shown(text)));
      } else if (pattern.matcher(ANY_BROWSER).find()) {
        rule.fault(at, "must not match every browser, was " + shown(text));
      }
      steps += UserAgentMatcher.steps(pattern);
      return Optional.of(pattern);
    } catch (PatternSyntaxException e) {
      rule.fault(at, "must be %s, was %s (%s)".formatted(ALLOWED, shown(text), reason(e)));
      return Optional.empty();
    }
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

  private static String reason(PatternSyntaxException e) {
    return e.getDescription()
        + (e.getPattern() == null || e.getPattern().isEmpty() ? "" : ": " + e.getPattern());
  }
}
