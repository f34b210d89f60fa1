package io.clickledger.spark;

/**
 * What a user agent tells.
 *
 * @param type DESKTOP, PHONE, TABLET, TV, ROBOT, OTHER, or UNKNOWN without a user agent
 * @param os name of the operating system; null where unknown
 * @param browser name of the browser; null where unknown
 */
public record Device(String type, String os, String browser) {
  /** The device type of robots, which the rules know. */
  public static final String ROBOT = "ROBOT";

  static final Device UNKNOWN = new Device("UNKNOWN", null, null);
}
