package io.clickledger.rules.text;

import java.util.Locale;
import java.util.Set;

/**
 * Recognises texts that a program left where a value should be: a macro that nobody filled in, a
 * word for nothing that a language printed, and the UUIDs that stand for none.
 */
public final class Placeholders {

  /** Words that no one gives to an ad, a publisher or a campaign. */
  private static final Set<String> WORDS =
      Set.of("undefined", "null", "(null)", "nan", "[object object]");

  private static final int MAX_WORD_CHARACTERS = 16;

  /** Characters of a macro's name at most. */
  private static final int MAX_MACRO_CHARACTERS = 64;

  private static final int UUID_CHARACTERS = 36;

  private Placeholders() {}

  /** Whether the text stands where an id should be. */
  public static boolean isUnfilled(String text) {
    return !text.isEmpty()
        && ((text.length() <= MAX_WORD_CHARACTERS && WORDS.contains(text.toLowerCase(Locale.ROOT)))
            || isUuidOfNone(text)
            || (isMacro(text) && (text.charAt(0) != '_' || text.startsWith("__"))));
  }

  /** A name between marks: {@code ${USER_ID}}, {@code {{idfa}}}, {@code %%ID%%}, {@code [ID]}. */
  public static boolean isMacro(String text) {
    if (text.isEmpty()
        || text.length() > MAX_MACRO_CHARACTERS
        || "${%[<_#".indexOf(text.charAt(0)) < 0) {
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

  /** The nil UUID and the max UUID (RFC 9562). */
  private static boolean isUuidOfNone(String text) {
    if (text.length() != UUID_CHARACTERS) {
      return false;
    }
    char repeated = text.charAt(0);
    if (repeated != '0' && repeated != 'f' && repeated != 'F') {
      return false;
    }
    for (int i = 0; i < UUID_CHARACTERS; i++) {
      boolean isDash = i == 8 || i == 13 || i == 18 || i == 23;
      if (text.charAt(i) != (isDash ? '-' : repeated)) {
        return false;
      }
    }
    return true;
  }
}
