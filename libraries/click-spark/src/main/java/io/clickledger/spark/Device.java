package io.clickledger.spark;

import java.util.Set;

/**
 * The device that a user agent describes.
 *
 * @param type DESKTOP, PHONE, TABLET, TV, ROBOT, OTHER, or UNKNOWN without a user agent and for one
 *     that was not analysed
 * @param os name of the operating system; null where unknown
 * @param browser name of the browser; null where unknown
 * @param unanalysed USER_AGENT for one that was not analysed, else empty
 */
public record Device(String type, String os, String browser, Set<UnanalysedField> unanalysed) {
  /** The device type of robots, which the rules know. */
  public static final String ROBOT = "ROBOT";

  private static final String UNKNOWN_TYPE = "UNKNOWN";

  /** Of no user agent. */
  static final Device UNKNOWN = new Device(UNKNOWN_TYPE, null, null);

  /** Of a user agent that was not analysed. */
  static final Device UNANALYSED =
      new Device(UNKNOWN_TYPE, null, null, Set.of(UnanalysedField.USER_AGENT));

  Device(String type, String os, String browser) {
    this(type, os, browser, Set.of());
  }

  /** Of its names together. */
  int characters() {
    return (os == null ? 0 : os.length()) + (browser == null ? 0 : browser.length());
  }
}
