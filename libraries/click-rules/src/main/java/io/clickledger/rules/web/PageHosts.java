package io.clickledger.rules.web;

import com.ibm.icu.text.IDNA;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Extracts the host of a page from its address and compares it with a domain, without asking a name
 * server.
 */
public final class PageHosts {

  /** Stands for a host that is no name: reserved (RFC 2606), so that it is nobody's domain. */
  static final String NO_NAME = "invalid";

  /** Longest name that DNS knows, in characters; what is longer is no name here. */
  private static final int MAX_HOST_CHARACTERS = 253;

  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])");

  /** IDNA2008 as browsers read it: ß and ZWJ are letters of their own, and emoji are names. */
  private static final IDNA UTS_46 =
      IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);

  /** What the standard of the web (URL, "domain to ASCII") lets pass. */
  private static final Set<IDNA.Error> ALLOWED_IN_BROWSERS =
      EnumSet.of(IDNA.Error.LEADING_HYPHEN, IDNA.Error.TRAILING_HYPHEN, IDNA.Error.HYPHEN_3_4);

  private PageHosts() {}

  /**
   * The host of an http or https address, in lower case and in its xn-- form, without port and
   * user; {@code invalid} for one that no name can be. For the address of a viewer or cache that
   * names the page that it shows, the host of that page. Null for an address without a host, such
   * as an app's, and for null.
   */
  public static String of(String pageUrl) {
    int from = pageUrl == null ? -1 : hostStart(pageUrl, 0);
    if (from < 0) {
      return null;
    }
    int to = authorityEnd(pageUrl, from);
    String host = host(pageUrl, from, to);
    int shown = host == null ? -1 : PageViewers.pageStart(pageUrl, host, to);
    if (shown < 0) {
      return host;
    }
    String shownHost = host(pageUrl, shown, authorityEnd(pageUrl, shown));
    return shownHost != null && isDomain(shownHost) ? shownHost : host;
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

  /** Where the host begins after the scheme that stands there; -1 without http or https. */
  static int hostStart(String url, int at) {
    if (url.regionMatches(true, at, "https://", 0, 8)) {
      return at + 8;
    }
    return url.regionMatches(true, at, "http://", 0, 7) ? at + 7 : -1;
  }

  /** Where user, host and port end that begin there. */
  private static int authorityEnd(String url, int from) {
    int end = from;
    while (end < url.length() && "/?#\\".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  /** The host in that part of the URL; null for an empty one. */
  private static String host(String url, int authority, int authorityEnd) {
    int from = authority;
    boolean ascii = true;
    for (int i = authority; i < authorityEnd; i++) {
      char c = url.charAt(i);
      if (c == '@') {
        from = i + 1;
      }
      ascii &= c < 0x80;
    }
    int to = hostEnd(url, from, authorityEnd);
    if (from == to) {
      return null;
    }
    if (to - from > MAX_HOST_CHARACTERS) {
      return NO_NAME;
    }
    String host = url.substring(from, to);
    return ascii ? host.toLowerCase(Locale.ROOT) : inAscii(host);
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

  private static String inAscii(String host) {
    IDNA.Info info = new IDNA.Info();
    StringBuilder ascii = new StringBuilder(host.length() + 16);
    UTS_46.nameToASCII(host, ascii, info);
    // A full stop of another script ends a full name, too.
    if (ascii.length() > 1 && ascii.charAt(ascii.length() - 1) == '.') {
      ascii.setLength(ascii.length() - 1);
    }
    return ALLOWED_IN_BROWSERS.containsAll(info.getErrors())
            && !ascii.isEmpty()
            && ascii.length() <= MAX_HOST_CHARACTERS
        ? ascii.toString().toLowerCase(Locale.ROOT)
        : NO_NAME;
  }
}
