package io.clickledger.ingestion.http;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Why a browser sent a request that its user did not ask for: it loads pages that the user may want
 * to see next, and shows previews of pages. By the MRC's guidelines this is no click.
 */
final class RequestPurpose {

  /** The header of the standard (Fetch), and those that browsers sent before it. */
  private static final List<String> HEADERS =
      List.of("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz");

  /** Those that say more stand first: a prerendered page is also prefetched. */
  private static final List<String> PURPOSES = List.of("prerender", "preview", "prefetch");

  private RequestPurpose() {}

  /**
   * Prefetch, prerender or preview; null for any other request.
   *
   * @param header gives the value of a header, null if there is none
   */
  static String of(UnaryOperator<String> header) {
    for (String name : HEADERS) {
      String value = header.apply(name);
      String purpose = value == null ? null : purpose(value.toLowerCase(Locale.ROOT));
      if (purpose != null) {
        return purpose;
      }
    }
    return null;
  }

  private static String purpose(String value) {
    List<String> tokens = List.of(value.split("[;, \t]+"));
    return PURPOSES.stream().filter(tokens::contains).findFirst().orElse(null);
  }
}
