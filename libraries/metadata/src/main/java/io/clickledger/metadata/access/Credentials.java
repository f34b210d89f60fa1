package io.clickledger.metadata.access;

import java.util.regex.Pattern;

/** Keys and tokens that stand where none belongs, such as in the path of a request. */
public final class Credentials {

  private static final Pattern KEY = Pattern.compile("clk_[a-z2-7]{12}_[A-Za-z0-9_-]+");

  /** The header of a JWT begins with {" in base64url; the signature may be missing or cut off. */
  private static final Pattern TOKEN =
      Pattern.compile("eyJ[A-Za-z0-9_-]{5,}(\\.[A-Za-z0-9_-]*){1,4}");

  private Credentials() {}

  /** The text without what opens anything: for logs. */
  public static String without(String text) {
    String withoutKeys = text.contains("clk_") ? KEY.matcher(text).replaceAll("clk_***") : text;
    return withoutKeys.contains("eyJ")
        ? TOKEN.matcher(withoutKeys).replaceAll("eyJ***")
        : withoutKeys;
  }
}
