package io.clickledger.rules;

import java.util.regex.Pattern;

/**
 * A text that lets a pattern look at it so often and no more: a pattern such as (a+)+$ would else
 * take hours over one user agent made for it. Counted, not timed, so that every machine finds the
 * same.
 */
final class BoundedText implements CharSequence {

  /** A sound pattern takes some looks for each character of a user agent. */
  static final int LOOKS = 200_000;

  private final CharSequence text;
  private final int[] looks;

  private BoundedText(CharSequence text, int[] looks) {
    this.text = text;
    this.looks = looks;
  }

  /** Whether the pattern is found before the looks are used up. */
  static boolean finds(Pattern pattern, String text) {
    try {
      return search(pattern, text);
    } catch (UsedUpException e) {
      return false;
    }
  }

  /** Whether a search for the pattern ends, with whatever result, before they are used up. */
  static boolean isEnoughFor(Pattern pattern, String text) {
    try {
      search(pattern, text);
      return true;
    } catch (UsedUpException e) {
      return false;
    }
  }

  private static boolean search(Pattern pattern, String text) {
    return pattern.matcher(new BoundedText(text, new int[1])).find();
  }

  @Override
  public char charAt(int index) {
    if (++looks[0] > LOOKS) {
      throw new UsedUpException();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new BoundedText(text.subSequence(start, end), looks);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  /** Ends a search. */
  private static final class UsedUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsedUpException() {
      super("a pattern looked too often", null, false, false);
    }
  }
}
