package io.clickledger.rules.web;

/**
 * IPv4 and IPv6 addresses as text. Reads literals only and never asks a name server; one address
 * has one canonical text, so that it has one pseudonym.
 */
public final class IpAddresses {

  private static final int GROUPS = 8;
  private static final int MAX_LITERAL_CHARACTERS = 45;

  private IpAddresses() {}

  /**
   * The canonical text: an IPv4 address as it is, an IPv6 address as RFC 5952 writes it, an IPv4
   * address mapped into IPv6 as the IPv4 address that it is. Null for what is no address literal.
   */
  public static String canonical(String literal) {
    if (literal.length() > MAX_LITERAL_CHARACTERS) {
      return null;
    }
    if (literal.indexOf(':') < 0) {
      return ipv4(literal, 0) < 0 ? null : literal;
    }
    int[] groups = ipv6(literal);
    if (groups == null) {
      return null;
    }
    return isMappedIpv4(groups) ? dotted(groups[6], groups[7]) : text(groups);
  }

  /**
   * The network that the address is in: {@code 203.0.113.0/24}, {@code 2001:db8:1::/48}.
   *
   * @throws IllegalArgumentException for what is no address literal
   */
  public static String truncate(String literal) {
    if (literal.indexOf(':') < 0 && ipv4(literal, 0) >= 0) {
      return literal.substring(0, literal.lastIndexOf('.')) + ".0/24";
    }
    int[] groups = literal.indexOf(':') < 0 ? null : ipv6(literal);
    if (groups == null) {
      throw new IllegalArgumentException("ip_address must be an IPv4 or IPv6 literal, was another");
    }
    if (isMappedIpv4(groups)) {
      return truncate(dotted(groups[6], groups[7]));
    }
    return text(new int[] {groups[0], groups[1], groups[2], 0, 0, 0, 0, 0}) + "/48";
  }

  /** Four decimal numbers without leading zeros, from there to the end; -1 for anything else. */
  public static long ipv4(String text, int from) {
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
        return -1;
      }
      address = address << 8 | octet;
      octets++;
      if (octets < 4) {
        if (i >= length || text.charAt(i) != '.') {
          return -1;
        }
        i++;
      }
    }
    return i == length ? address : -1;
  }

  /** The eight groups of an RFC 4291 literal, without zone; null for anything else. */
  static int[] ipv6(String text) {
    int[] groups = new int[GROUPS];
    int count = 0;
    int gap = -1;
    int i = 0;
    int length = text.length();
    if (length > MAX_LITERAL_CHARACTERS || length < 2) {
      return null;
    }
    if (text.charAt(0) == ':') {
      if (text.charAt(1) != ':') {
        return null;
      }
      gap = 0;
      i = 2;
    }
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
        groups[count++] = (int) (tail >>> 16);
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
      if (text.charAt(i) != ':') {
        return null;
      }
      i++;
      if (i == length) {
        return null;
      }
      if (text.charAt(i) == ':') {
        if (gap >= 0) {
          return null;
        }
        gap = count;
        i++;
      }
    }
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

  private static boolean isMappedIpv4(int[] groups) {
    return (groups[0] | groups[1] | groups[2] | groups[3] | groups[4]) == 0 && groups[5] == 0xffff;
  }

  private static String dotted(int high, int low) {
    return (high >>> 8) + "." + (high & 0xff) + "." + (low >>> 8) + "." + (low & 0xff);
  }

  /** RFC 5952: lower case, no leading zeros, the first longest run of two or more zeros as "::". */
  private static String text(int[] groups) {
    int runStart = -1;
    int runLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
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
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  public static int hexDigit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = (c | 0x20) - 'a';
    return letter >= 0 && letter < 6 && c < 'g' ? letter + 10 : -1;
  }
}
