package io.clickledger.spark;

/**
 * The name of the phone or tablet in the user agent of an Android browser, such as {@code M bot 60}
 * in {@code (Linux; Android 8.1.0; M bot 60 Build/O11019)}. A name says nothing about who uses the
 * device.
 */
final class AndroidModel {
  private static final String ANDROID = "Android ";
  private static final String BUILD = " Build/";

  /** What Chrome sends in place of every name since its version 110. */
  private static final String ANY_NAME = " K";

  private static final int MAX_LOCALE_CHARACTERS = 8;

  private AndroidModel() {}

  /** The user agent with another name in place of the model's; the same text if it has none. */
  static String withoutName(String userAgent) {
    int android = userAgent.indexOf(ANDROID);
    int start = android < 0 ? -1 : end(userAgent, android);
    if (start < 0 || !isAt(userAgent, start, ';')) {
      return userAgent;
    }
    int end = end(userAgent, start + 1);
    if (isAt(userAgent, end, ';') && isLocale(userAgent.substring(start + 1, end).strip())) {
      start = end;
      end = end(userAgent, start + 1);
    }
    boolean isName =
        isAt(userAgent, end, ';')
            || isAt(userAgent, end, ')')
            || userAgent.startsWith("/", end)
                && userAgent.startsWith(BUILD, end - BUILD.length() + 1);
    if (!isName) {
      return userAgent;
    }
    int nameEnd = isAt(userAgent, end, '/') ? end - BUILD.length() + 1 : end;
    return nameEnd <= start
        ? userAgent
        : userAgent.substring(0, start + 1) + ANY_NAME + userAgent.substring(nameEnd);
  }

  /** Where the part of the comment ends that begins there. */
  private static int end(String userAgent, int from) {
    int end = from;
    while (end < userAgent.length() && ";()/".indexOf(userAgent.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private static boolean isAt(String userAgent, int at, char c) {
    return at < userAgent.length() && userAgent.charAt(at) == c;
  }

  /** Such as {@code en} or {@code zh-cn}. */
  private static boolean isLocale(String text) {
    return text.length() == 2
        || (text.length() <= MAX_LOCALE_CHARACTERS
            && text.length() > 3
            && (text.charAt(2) == '-' || text.charAt(2) == '_'));
  }
}
