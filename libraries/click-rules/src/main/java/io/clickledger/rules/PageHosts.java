package io.clickledger.rules;

import java.net.IDN;
import java.util.List;

/** The host in a page's address, and whose it is. Reads without allocating; asks no name server. */
final class PageHosts {

  /** Longest name that DNS knows, in characters; what is longer in Unicode is no name here. */
  private static final int MAX_HOST_CHARACTERS = 253;

  private PageHosts() {}

  /**
   * Whether the page is not the publisher's: it has a host, and that is neither the domain nor one
   * of the caches, nor below one of them. An address without a host, such as an app's, is nobody's.
   */
  static boolean isForeign(String pageUrl, String domain, List<String> caches) {
    int from = hostStart(pageUrl);
    if (from < 0) {
      return false;
    }
    int to = from;
    int at = from;
    boolean ascii = true;
    while (to < pageUrl.length() && "/?#\\".indexOf(pageUrl.charAt(to)) < 0) {
      char c = pageUrl.charAt(to++);
      if (c == '@') {
        at = to;
      }
      ascii &= c < 0x80;
    }
    from = at;
    to = hostEnd(pageUrl, from, to);
    if (from == to) {
      return false;
    }
    if (!ascii) {
      String host = inAscii(pageUrl.substring(from, to));
      return host == null || isForeign(host, 0, host.length(), domain, caches);
    }
    return isForeign(pageUrl, from, to, domain, caches);
  }

  private static boolean isForeign(
      String text, int from, int to, String domain, List<String> caches) {
    if (isBelow(text, from, to, domain)) {
      return false;
    }
    for (int i = 0; i < caches.size(); i++) {
      if (isBelow(text, from, to, caches.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static int hostStart(String url) {
    if (url.regionMatches(true, 0, "https://", 0, 8)) {
      return 8;
    }
    return url.regionMatches(true, 0, "http://", 0, 7) ? 7 : -1;
  }

  /**
   * Without the port and without the dot that ends a full name. Of an IPv6 address too little is
   * left, which is no domain either.
   */
  private static int hostEnd(String url, int from, int to) {
    int end = from;
    while (end < to && url.charAt(end) != ':') {
      end++;
    }
    return end > from && url.charAt(end - 1) == '.' ? end - 1 : end;
  }

  private static boolean isBelow(String text, int from, int to, String domain) {
    int start = to - domain.length();
    return start >= from
        && (start == from || text.charAt(start - 1) == '.')
        && text.regionMatches(true, start, domain, 0, domain.length());
  }

  /** Null for what is no name; the JDK says so with exceptions of several kinds. */
  private static String inAscii(String host) {
    // Writing the xn-- form takes time by the square of the length, before the length is checked.
    if (host.length() > MAX_HOST_CHARACTERS) {
      return null;
    }
    try {
      return IDN.toASCII(host);
    } catch (RuntimeException e) {
      return null;
    }
  }
}
