package io.clickledger.rules.web;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Viewers and caches that show pages of other hosts under addresses of their own, in which the
 * page's own host stands: AMP viewers of search engines, AMP caches, and archives.
 */
final class PageViewers {

  private static final String AMP_VIEWER = "/amp/";

  /** AMP caches: {@code https://news-example.cdn.ampproject.org/c/s/news.example/a}. */
  private static final List<String> AMP_CACHES =
      List.of("cdn.ampproject.org", "bing-amp.com", "mipcdn.com");

  /** Google's and Bing's own hosts, of every country: {@code www.google.co.uk}. */
  private static final Pattern SEARCH_ENGINE =
      Pattern.compile("(www\\.)?(google\\.(com|[a-z]{2}|com?\\.[a-z]{2})|bing\\.com)");

  private static final String ARCHIVE = "web.archive.org";
  private static final Pattern ARCHIVED = Pattern.compile("/web/[0-9]{1,14}[a-z_]{0,4}/");

  private PageViewers() {}

  /**
   * Where in the URL the host of the page that is shown begins, if this is the address of a viewer
   * that names it; -1 for every other URL.
   *
   * @param host of the URL, in lower case
   * @param path where the path of the URL begins
   */
  static int pageStart(String url, String host, int path) {
    if (AMP_CACHES.stream().anyMatch(cache -> PageHosts.isBelow(host, cache))) {
      return cachedStart(url, path);
    }
    if (url.startsWith(AMP_VIEWER, path) && SEARCH_ENGINE.matcher(host).matches()) {
      return afterScheme(url, path + AMP_VIEWER.length());
    }
    return host.equals(ARCHIVE) ? archivedStart(url, path) : -1;
  }

  /** The kind of the file is one or more letters: /c/ a page, /v/ a viewer's, /wp/ a package. */
  private static int cachedStart(String url, int path) {
    int kind = path + 1;
    int end = kind;
    while (end < url.length() && url.charAt(end) >= 'a' && url.charAt(end) <= 'z') {
      end++;
    }
    return end > kind && url.startsWith("/", end) ? afterScheme(url, end + 1) : -1;
  }

  private static int archivedStart(String url, int path) {
    var archived = ARCHIVED.matcher(url).region(path, url.length());
    if (!archived.lookingAt()) {
      return -1;
    }
    int start = PageHosts.hostStart(url, archived.end());
    return start < 0 ? archived.end() : start;
  }

  /** An "s" in place of the scheme means https. */
  private static int afterScheme(String url, int from) {
    return url.startsWith("s/", from) ? from + 2 : from;
  }
}
