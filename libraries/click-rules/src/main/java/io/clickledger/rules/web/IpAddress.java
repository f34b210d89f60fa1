package io.clickledger.rules.web;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * An IPv4 or IPv6 address, read once out of its text. It reads literals only and never asks a name
 * server. One address has one canonical text, so that it has one pseudonym; an IPv4 address mapped
 * into IPv6 is the IPv4 address that it is.
 */
public final class IpAddress {

  /** The address family. The IPv4 address 0.0.0.1 is not the IPv6 address ::1. */
  public enum Family {
    IPV4(32, 24),
    IPV6(128, 48);

    private final int bits;
    private final int truncatedBits;

    Family(int bits, int truncatedBits) {
      this.bits = bits;
      this.truncatedBits = truncatedBits;
    }

    /** Bits of the part of an address that {@link #network} keeps. */
    public int truncatedBits() {
      return truncatedBits;
    }

    public int bits() {
      return bits;
    }
  }

  private static final int GROUPS = 8;
  private static final int GROUP_BITS = 16;
  private static final int MAX_LITERAL_CHARACTERS = 45;
  private static final int NONE = -1;

  private final Family family;
  private final long high;
  private final long low;
  private final String text;

  private IpAddress(Family family, long high, long low, String text) {
    this.family = family;
    this.high = high;
    this.low = low;
    this.text = text;
  }

  /** The address that the literal is; null for what is no address literal. */
  public static IpAddress parse(String literal) {
    if (literal.length() > MAX_LITERAL_CHARACTERS) {
      return null;
    }
    if (literal.indexOf(':') < 0) {
      long bits = ipv4(literal, 0);
      return bits < 0 ? null : new IpAddress(Family.IPV4, 0, bits, literal);
    }
    int[] groups = groups(literal);
    if (groups == null) {
      return null;
    }
    long high = quad(groups, 0);
    long low = quad(groups, GROUPS / 2);
    return high == 0 && low >>> 32 == 0xffff
        ? new IpAddress(Family.IPV4, 0, low & 0xffff_ffffL, dotted(low))
        : new IpAddress(Family.IPV6, high, low, text(high, low));
  }

  public Family family() {
    return family;
  }

  /** The first 64 bits of an IPv6 address; 0 for an IPv4 address. */
  public long high() {
    return high;
  }

  /** The last 64 bits of an IPv6 address; the 32 bits of an IPv4 address. */
  public long low() {
    return low;
  }

  /** The canonical text: four decimal numbers, or an IPv6 address as RFC 5952 writes it. */
  public String text() {
    return text;
  }

  /** The network that the address is in: {@code 203.0.113.0/24}, {@code 2001:db8:1::/48}. */
  public String network() {
    return family == Family.IPV4
        ? text.substring(0, text.lastIndexOf('.')) + ".0/24"
        : text(high & -1L << Long.SIZE - Family.IPV6.truncatedBits, 0)
            + "/"
            + Family.IPV6.truncatedBits;
  }

  /**
   * What one subscriber of a provider keeps: the IPv4 address, or the /64 of the IPv6 address, in
   * which devices change their addresses as they like (RFC 8981).
   */
  public String subscriber() {
    return family == Family.IPV4 ? text : text(high, 0) + "/" + Long.SIZE;
  }

  /** Four or sixteen bytes, as they stand in a packet. */
  public byte[] bytes() {
    return family == Family.IPV4
        ? ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array()
        : ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IpAddress address
        && family == address.family
        && high == address.high
        && low == address.low;
  }

  @Override
  public int hashCode() {
    return Objects.hash(family, high, low);
  }

  @Override
  public String toString() {
    return text;
  }

  /** Four decimal numbers without leading zeros, from there to the end; -1 for anything else. */
  private static long ipv4(String text, int from) {
    long address = 0;
    int octets = 0;
    int i = from;
    int length = text.length();
    while (octets < 4) {
      int start = i;
      int octet = 0;
      while (i < length && i - start < 3 && isDigit(text.charAt(i))) {
        octet = octet * 10 + text.charAt(i) - '0';
        i++;
      }
      int digits = i - start;
      // A leading zero means octal to some readers: 010 would be two addresses.
      if (digits == 0 || octet > 255 || (digits > 1 && text.charAt(start) == '0')) {
        return NONE;
      }
      address = address << 8 | octet;
      octets++;
      if (octets < 4) {
        if (i >= length || text.charAt(i) != '.') {
          return NONE;
        }
        i++;
      }
    }
    return i == length ? address : NONE;
  }

  /** The eight groups of an RFC 4291 literal, without zone; null for anything else. */
  private static int[] groups(String text) {
    int[] groups = new int[GROUPS];
    int count = 0;
    int gap = text.startsWith("::") ? 0 : NONE;
    int i = gap == 0 ? 2 : 0;
    int length = text.length();
    while (i < length) {
      if (count == GROUPS) {
        return null;
      }
      int start = i;
      int group = 0;
      while (i < length && i - start < 4 && hexDigit(text.charAt(i)) >= 0) {
        group = group << 4 | hexDigit(text.charAt(i));
        i++;
      }
      if (i < length && text.charAt(i) == '.') {
        long tail = ipv4(text, start);
        if (tail < 0 || count > GROUPS - 2) {
          return null;
        }
        groups[count++] = (int) (tail >>> GROUP_BITS);
        groups[count++] = (int) (tail & 0xffff);
        break;
      }
      if (i == start) {
        return null;
      }
      groups[count++] = group;
      if (i == length) {
        break;
      }
      if (text.charAt(i) != ':' || i + 1 == length) {
        return null;
      }
      i++;
      if (text.charAt(i) == ':') {
        if (gap >= 0) {
          return null;
        }
        gap = count;
        i++;
      }
    }
    return filled(groups, count, gap);
  }

  /** All groups, with zeros in place of the gap; null where there are too many or too few. */
  private static int[] filled(int[] groups, int count, int gap) {
    if (gap < 0) {
      return count == GROUPS ? groups : null;
    }
    if (count == GROUPS) {
      return null;
    }
    int[] whole = new int[GROUPS];
    System.arraycopy(groups, 0, whole, 0, gap);
    System.arraycopy(groups, gap, whole, GROUPS - (count - gap), count - gap);
    return whole;
  }

  private static long quad(int[] groups, int from) {
    return (long) groups[from] << 48
        | (long) groups[from + 1] << 32
        | (long) groups[from + 2] << 16
        | groups[from + 3];
  }

  private static String dotted(long bits) {
    return (bits >>> 24 & 0xff)
        + "."
        + (bits >>> 16 & 0xff)
        + "."
        + (bits >>> 8 & 0xff)
        + "."
        + (bits & 0xff);
  }

  /** RFC 5952: lower case, no leading zeros, the first longest run of two or more zeros as "::". */
  private static String text(long high, long low) {
    int runStart = NONE;
    int runLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && group(high, low, end) == 0) {
        end++;
      }
      if (end - i > runLength) {
        runStart = i;
        runLength = end - i;
      }
      if (end > i) {
        i = end;
      }
    }
    StringBuilder text = new StringBuilder(MAX_LITERAL_CHARACTERS);
    for (int i = 0; i < GROUPS; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(high, low, i)));
    }
    return text.toString();
  }

  private static int group(long high, long low, int index) {
    long half = index < GROUPS / 2 ? high : low;
    return (int) (half >>> GROUP_BITS * (GROUPS / 2 - 1 - index % (GROUPS / 2))) & 0xffff;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int hexDigit(char c) {
    if (isDigit(c)) {
      return c - '0';
    }
    int letter = (c | 0x20) - 'a';
    return letter >= 0 && letter < 6 && c < 'g' ? letter + 10 : NONE;
  }
}
