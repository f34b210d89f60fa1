package io.clickledger.rules.web;

/** Web addresses as text: enough of RFC 3986 to know that a browser could go there. */
public final class WebAddresses {

  private static final int MAX_PORT = 65_535;

  private WebAddresses() {}

  /**
   * Whether it is an absolute http or https address with a host. Characters after the host are not
   * judged, blanks and control characters apart: real pages link with more than the standard
   * allows. A user name before the host is refused, so that no password is stored.
   */
  public static boolean isWebAddress(String text) {
    int host;
    if (text.regionMatches(true, 0, "https://", 0, 8)) {
      host = 8;
    } else if (text.regionMatches(true, 0, "http://", 0, 7)) {
      host = 7;
    } else {
      return false;
    }
    int end = host;
    while (end < text.length() && "/?#\\".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return isHostAndPort(text, host, end) && hasNoBlank(text, end);
  }

  private static boolean isHostAndPort(String text, int from, int to) {
    int hostEnd;
    if (from < to && text.charAt(from) == '[') {
      hostEnd = text.indexOf(']', from) + 1;
      if (hostEnd == 0 || hostEnd > to) {
        return false;
      }
      String literal = text.substring(from + 1, hostEnd - 1);
      if (literal.indexOf(':') < 0 || IpAddress.parse(literal) == null) {
        return false;
      }
    } else {
      hostEnd = from;
      boolean named = false;
      while (hostEnd < to && isHostCharacter(text.charAt(hostEnd))) {
        named |= text.charAt(hostEnd) != '.';
        hostEnd++;
      }
      if (!named) {
        return false;
      }
    }
    return hostEnd == to || (text.charAt(hostEnd) == ':' && isPort(text, hostEnd + 1, to));
  }

  private static boolean isHostCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c > 0x9f;
  }

  private static boolean isPort(String text, int from, int to) {
    int port = 0;
    for (int i = from; i < to && port <= MAX_PORT; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      port = port * 10 + digit;
    }
    return from < to && port <= MAX_PORT;
  }

  private static boolean hasNoBlank(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7f) {
        return false;
      }
    }
    return true;
  }
}
