package io.clickledger.rules.web;

/**
 * All addresses of one family that share their first bits.
 *
 * @param address one of them
 * @param prefix how many bits they share
 */
public record IpNetwork(IpAddress address, int prefix) {

  private static final int MAPPED_BITS = 96;

  public IpNetwork {
    if (prefix < 0 || prefix > address.family().bits()) {
      throw new IllegalArgumentException(
          "prefix must be 0.." + address.family().bits() + ", was " + prefix);
    }
  }

  /** The network that the text names, ADDRESS or ADDRESS/PREFIX; null where it names none. */
  public static IpNetwork parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    IpAddress address = IpAddress.parse(literal);
    if (address == null) {
      return null;
    }
    int bits = address.family().bits();
    if (slash < 0) {
      return new IpNetwork(address, bits);
    }
    // An IPv4 network written as a mapped one is the IPv4 network.
    boolean mapped = address.family() == IpAddress.Family.IPV4 && literal.indexOf(':') >= 0;
    int prefix = number(text, slash + 1) - (mapped ? MAPPED_BITS : 0);
    return prefix < 0 || prefix > bits ? null : new IpNetwork(address, prefix);
  }

  public boolean contains(IpAddress other) {
    return other.family() == address.family()
        && ((other.high() ^ address.high()) & ~freeHigh()) == 0
        && ((other.low() ^ address.low()) & ~freeLow()) == 0;
  }

  /** Whether the address has no bit behind the prefix: it is the first of the network. */
  public boolean isExact() {
    return (address.high() & freeHigh()) == 0 && (address.low() & freeLow()) == 0;
  }

  /** Whether a truncated address is enough to know whether the address is in it. */
  public boolean isOfTruncated() {
    return prefix <= address.family().truncatedBits();
  }

  /** {@link IpAddress#high} of the first address. */
  public long firstHigh() {
    return address.high() & ~freeHigh();
  }

  /** {@link IpAddress#low} of the first address. */
  public long firstLow() {
    return address.low() & ~freeLow();
  }

  /** {@link IpAddress#high} of the last address. */
  public long lastHigh() {
    return address.high() | freeHigh();
  }

  /** {@link IpAddress#low} of the last address. */
  public long lastLow() {
    return address.low() | freeLow();
  }

  private int freeBits() {
    return address.family().bits() - prefix;
  }

  private long freeHigh() {
    return ones(freeBits() - Long.SIZE);
  }

  private long freeLow() {
    return ones(freeBits());
  }

  private static long ones(int count) {
    return count <= 0 ? 0 : -1L >>> Long.SIZE - Math.min(count, Long.SIZE);
  }

  /** One to three digits without a leading zero, from there to the end; -1 for anything else. */
  private static int number(String text, int from) {
    int digits = text.length() - from;
    if (digits < 1 || digits > 3 || (digits > 1 && text.charAt(from) == '0')) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
