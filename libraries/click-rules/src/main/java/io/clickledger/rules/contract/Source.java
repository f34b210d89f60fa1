package io.clickledger.rules.contract;

/** How a click came in. */
public enum Source {
  PIXEL("pixel"),
  REDIRECT("redirect"),
  S2S("s2s"),
  KAFKA("kafka");

  private final String wireName;

  Source(String wireName) {
    this.wireName = wireName;
  }

  /** The name in JSON and in tables. */
  public String wireName() {
    return wireName;
  }

  /** The source of that name, or null where there is none. */
  public static Source find(String wireName) {
    return switch (wireName) {
      case "pixel" -> PIXEL;
      case "redirect" -> REDIRECT;
      case "s2s" -> S2S;
      case "kafka" -> KAFKA;
      default -> null;
    };
  }
}
