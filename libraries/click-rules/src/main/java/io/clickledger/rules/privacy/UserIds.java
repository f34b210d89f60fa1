package io.clickledger.rules.privacy;

import java.util.Locale;
import java.util.Set;

/**
 * Tells user ids from the texts that stand in their place where a sender knows no user: an
 * advertising id of zeros, which phones give if their owner does not want to be followed, a word
 * for nothing, or a macro that nobody has filled in.
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

  /** Characters of a macro's name at most. */
  private static final int MAX_MACRO_CHARACTERS = 64;

  /** One letter or digit again and again is a placeholder, such as the UUID of all f. */
  private static final int MIN_REPEATED = 16;

  private UserIds() {}

  /** Whether the text names no user. */
  public static boolean isPlaceholder(String userId) {
    String text = userId.strip();
    return isRepetition(text)
        || (text.length() <= MAX_WORD_CHARACTERS && WORDS.contains(text.toLowerCase(Locale.ROOT)))
        || isMacro(text);
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

  /** A name between marks: {@code ${USER_ID}}, {@code {{idfa}}}, {@code %%ID%%}, {@code [ID]}. */
  private static boolean isMacro(String text) {
    if (text.length() > MAX_MACRO_CHARACTERS || "${%[<_#".indexOf(text.charAt(0)) < 0) {
      return false;
    }
    int from = 0;
    while (from < text.length() && "${%[<_#".indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    int to = text.length();
    while (to > from && "}%]>_#$".indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    boolean isNamed = from < to && to < text.length();
    for (int i = from; i < to && isNamed; i++) {
      char c = text.charAt(i);
      isNamed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || "_-.:".indexOf(c) >= 0;
    }
    return isNamed;
  }
}
