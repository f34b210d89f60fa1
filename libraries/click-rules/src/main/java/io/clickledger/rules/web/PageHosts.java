package io.clickledger.rules.web;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/** Extracts the host of a page URL and matches it with a domain, without asking a name server. */
public final class PageHosts {

  /** Stands for a host that is no name: reserved (RFC 2606), so that it is nobody's domain. */
  static final String NO_NAME = "invalid";

  /** Longest name that DNS knows, in characters; what is longer is no name here. */
  private static final int MAX_HOST_CHARACTERS = 253;

  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])");

  private PageHosts() {}

  /**
   * The host of an http or https address, in lower case and in its xn-- form, without port and
   * user; {@code invalid} for one that no name can be. Null for an address without a host, such as
   * an app's, and for null.
   */
  public static String of(String pageUrl) {
    int from = pageUrl == null ? -1 : hostStart(pageUrl);
    if (from < 0) {
      return null;
    }
    int to = from;
    boolean ascii = true;
    while (to < pageUrl.length() && "/?#\\".indexOf(pageUrl.charAt(to)) < 0) {
      char c = pageUrl.charAt(to++);
      if (c == '@') {
        from = to;
      }
      ascii &= c < 0x80;
    }
    to = hostEnd(pageUrl, from, to);
    if (from == to) {
      return null;
    }
    if (to - from > MAX_HOST_CHARACTERS) {
      return NO_NAME;
    }
    String host = pageUrl.substring(from, to);
    return ascii ? host.toLowerCase(Locale.ROOT) : inAscii(host);
  }

  /** Whether the text is a name of two or more parts, in lower case and its xn-- form. */
  public static boolean isDomain(String text) {
    return DOMAIN.matcher(text).matches();
  }

  /** Whether the host is the domain or below it; both in lower case and in their xn-- form. */
  public static boolean isBelow(String host, String domain) {
    int start = host.length() - domain.length();
    return host.endsWith(domain) && (start == 0 || host.charAt(start - 1) == '.');
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

  /** The JDK throws exceptions of several types for an invalid name. */
  private static String inAscii(String host) {
    String ascii;
    try {
      ascii = IDN.toASCII(host);
    } catch (RuntimeException e) {
      return NO_NAME;
    }
    return ascii.isEmpty() || ascii.length() > MAX_HOST_CHARACTERS
        ? NO_NAME
        : ascii.toLowerCase(Locale.ROOT);
  }
}
