package io.clickledger.rules.text;

/** What a message shows of a text that somebody else wrote. */
public final class Excerpt {

  /** Unicode characters of a text that are shown. */
  private static final int MAX_CHARACTERS = 60;

  private Excerpt() {}

  /** The beginning of the text in quotes, without the control characters that could fake a line. */
  public static String quoted(String text) {
    String start =
        text.codePointCount(0, text.length()) <= MAX_CHARACTERS
            ? text
            : text.substring(0, text.offsetByCodePoints(0, MAX_CHARACTERS)) + "...";
    return '"' + start.replaceAll("\\p{Cc}", "\uFFFD") + '"';
  }
}
