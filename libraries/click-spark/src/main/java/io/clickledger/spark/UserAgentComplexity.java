package io.clickledger.spark;

/**
 * Estimates in one pass how much work a user agent is for the analyser. The result depends on the
 * text only, so a click that lands twice gets the same device.
 *
 * <p>yauaa parses with a grammar that looks ahead without a bound: its time grows with the number
 * of words, faster than in proportion with slashes and bars, and with brackets inside brackets so
 * much that it ends by memory or stack. The weights are the times of each kind of sign repeated, in
 * units of about half a millisecond; the limits are the greatest of yauaa's own test cases, rounded
 * up, with four of 4662 beyond (docs/decisions/0012).
 */
final class UserAgentComplexity {
  private static final int MAX_WORK = 112;
  private static final int MAX_DEPTH = 3;
  private static final int MAX_WORD_CHARACTERS = 256;

  private UserAgentComplexity() {}

  /** Whether the analyser may be given the user agent. */
  static boolean isWithinLimits(String userAgent) {
    int work = 0;
    int depth = 0;
    int word = 0;
    for (int i = 0; i < userAgent.length() && work <= MAX_WORK; i++) {
      char c = userAgent.charAt(i);
      int weight = weight(c);
      if (weight < 0) {
        word++;
        work += word == 1 ? 1 : 0;
      } else {
        word = 0;
        work += weight;
      }
      if (c == '(' || c == '[' || c == '{') {
        depth++;
      } else if (depth > 0 && (c == ')' || c == ']' || c == '}')) {
        depth--;
      }
      if (depth > MAX_DEPTH || word > MAX_WORD_CHARACTERS) {
        return false;
      }
    }
    return work <= MAX_WORK;
  }

  /** What a sign between words costs; negative for a character of a word. */
  private static int weight(char c) {
    return switch (c) {
      // What the grammar takes for a blank or leaves out.
      case ' ', '\t', '+', '\u2002', '\u0220', '"', '\'', '\\', ')', ']', '}' -> 0;
      case ';', ',', ':', '=', '-', '<', '>' -> 1;
      case '/', '|' -> 2;
      // A percent sign may stand for any other sign: yauaa decodes some user agents.
      case '@', '(', '[', '{', '%' -> 3;
      default -> -1;
    };
  }
}
