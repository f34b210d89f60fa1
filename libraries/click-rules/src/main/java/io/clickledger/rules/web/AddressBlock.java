package io.clickledger.rules.web;

/**
 * A block of addresses, its first and its last one as 128 bits. IPv4 and IPv6 are apart: the IPv4
 * block 0.0.0.1 is not the IPv6 block ::1.
 */
public record AddressBlock(
    Family family, long firstHigh, long firstLow, long lastHigh, long lastLow) {

  /**
   * The address family, and the widest block that it allows, so that a typing error does not block
   * everything.
   */
  public enum Family {
    IPV4(32, 8),
    IPV6(128, 16);

    final int bits;
    final int shortestPrefix;

    Family(int bits, int shortestPrefix) {
      this.bits = bits;
      this.shortestPrefix = shortestPrefix;
    }
  }

  public static final String ALLOWED =
      "an address or a block such as 203.0.113.0/24 (/8 to /32) or 2001:db8::/32 (/16 to /128),"
          + " without bits behind the prefix";

  private static final int MAPPED_BITS = 96;

  /** The block that a text names; null where it names none. */
  public static AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean written4 = address.indexOf(':') < 0;
    int prefix = slash < 0 ? (written4 ? 32 : 128) : prefix(text, slash + 1);
    String canonical = IpAddresses.canonical(address);
    if (canonical == null || prefix < 0) {
      return null;
    }
    if (canonical.indexOf(':') >= 0) {
      int[] groups = IpAddresses.ipv6(canonical);
      return of(Family.IPV6, quad(groups, 0), quad(groups, 4), prefix);
    }
    // An IPv4 block written as a mapped one is the IPv4 block.
    return of(
        Family.IPV4, 0, IpAddresses.ipv4(canonical, 0), written4 ? prefix : prefix - MAPPED_BITS);
  }

  private static AddressBlock of(Family family, long high, long low, int prefix) {
    if (prefix < family.shortestPrefix || prefix > family.bits) {
      return null;
    }
    int free = family.bits - prefix;
    long freeHigh = free <= 64 ? 0 : ones(free - 64);
    long freeLow = ones(Math.min(free, 64));
    if ((high & freeHigh) != 0 || (low & freeLow) != 0) {
      return null;
    }
    return new AddressBlock(family, high, low, high | freeHigh, low | freeLow);
  }

  private static int prefix(String text, int from) {
    int digits = text.length() - from;
    if (digits < 1 || digits > 3 || (digits > 1 && text.charAt(from) == '0')) {
      return -1;
    }
    int prefix = 0;
    for (int i = from; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      prefix = prefix * 10 + digit;
    }
    return prefix;
  }

  private static long ones(int count) {
    return count == 64 ? -1 : (1L << count) - 1;
  }

  private static long quad(int[] groups, int from) {
    return (long) groups[from] << 48
        | (long) groups[from + 1] << 32
        | (long) groups[from + 2] << 16
        | groups[from + 3];
  }
}
