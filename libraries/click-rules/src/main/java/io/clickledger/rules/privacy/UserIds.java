package io.clickledger.rules.privacy;

import io.clickledger.rules.text.Placeholders;
import java.util.Locale;
import java.util.Set;

/**
 * Tells user ids from the texts that stand in their place where a sender knows no user: an
 * advertising id of zeros, which phones give if their owner does not want to be followed, a word
 * for nothing, a macro that nobody has filled in, or a text that lost a character on its way.
 */
public final class UserIds {

  /** Words for nothing; those without a letter or a digit need not be here. */
  private static final Set<String> WORDS =
      Set.of(
          "undefined",
          "null",
          "(null)",
          "nil",
          "none",
          "unknown",
          "anonymous",
          "n/a",
          "na",
          "nan",
          "false",
          "empty",
          "not set",
          "(not set)",
          "not_set",
          "notset",
          "not available",
          "no_id",
          "unset",
          "[object object]",
          "optedout",
          "opted-out",
          "opted_out",
          "optout",
          "opt-out",
          "opt_out");

  private static final int MAX_WORD_CHARACTERS = 16;

  /** One letter or digit again and again is a placeholder, such as the UUID of all f. */
  private static final int MIN_REPEATED = 16;

  /** What a program wrote for a character that it could not read: it merges users. */
  private static final char REPLACEMENT = '\uFFFD';

  private UserIds() {}

  /** Whether the text names no user. */
  public static boolean isPlaceholder(String userId) {
    String text = userId.strip();
    return isRepetition(text)
        || (text.length() <= MAX_WORD_CHARACTERS && WORDS.contains(text.toLowerCase(Locale.ROOT)))
        || Placeholders.isMacro(text)
        || text.indexOf(REPLACEMENT) >= 0;
  }

  /** Zeros in any spelling, one other sign many times, or neither a letter nor a digit. */
  private static boolean isRepetition(String text) {
    int repeated = -1;
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80 && !Character.isLetterOrDigit(c)) {
        continue;
      }
      if (repeated >= 0 && c != repeated) {
        return false;
      }
      repeated = c;
      count++;
    }
    return count == 0 || repeated == '0' || count >= MIN_REPEATED;
  }
}
