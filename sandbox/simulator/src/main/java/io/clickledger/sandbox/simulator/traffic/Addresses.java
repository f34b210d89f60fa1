package io.clickledger.sandbox.simulator.traffic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Addresses of real networks: of access providers by country, where users live, and of data
 * centres, where none do. Derived by the test sources' AddressFile.
 */
final class Addresses {
  /** In place of a country, the networks of data centres. */
  static final String DATA_CENTRE = "data-centre";

  /** One in so many addresses is of IPv6. */
  private static final int IPV6_EVERY = 4;

  private static final Map<String, Addresses> GROUPS = read();

  private final List<long[]> ipv4 = new ArrayList<>();
  private final List<long[]> ipv6 = new ArrayList<>();
  private long ipv4Size;

  private Addresses() {}

  /** Those of a country, or {@link #DATA_CENTRE}. */
  static Addresses of(String group) {
    return GROUPS.get(group);
  }

  /** The address that the number stands for. */
  String address(long number) {
    long bits = Population.mixed(number);
    return bits % IPV6_EVERY == 0 ? ipv6(bits) : ipv4(Math.floorMod(bits >> 2, ipv4Size));
  }

  private String ipv4(long place) {
    long left = place;
    for (long[] network : ipv4) {
      long size = 1L << 32 - network[1];
      if (left < size) {
        long address = network[0] + left;
        return new StringBuilder(15)
            .append(address >> 24)
            .append('.')
            .append(address >> 16 & 255)
            .append('.')
            .append(address >> 8 & 255)
            .append('.')
            .append(address & 255)
            .toString();
      }
      left -= size;
    }
    throw new IllegalStateException("no address has place " + place);
  }

  /** A household's: a /64 of its own. */
  private String ipv6(long bits) {
    long[] network = ipv6.get((int) Math.floorMod(bits >> 2, (long) ipv6.size()));
    long household = network[0] | Population.mixed(bits) & (1L << 64 - network[1]) - 1;
    StringBuilder text = new StringBuilder(39);
    for (int shift = 48; shift >= 0; shift -= 16) {
      text.append(Long.toHexString(household >>> shift & 0xffff)).append(':');
    }
    return text.append(':').append(Long.toHexString(1 + (bits >>> 50))).toString();
  }

  /** Lines of a group and a network; an IPv6 one ends in {@code ::} and is no longer than /64. */
  private static Map<String, Addresses> read() {
    Map<String, Addresses> groups = new HashMap<>();
    for (String[] row : ShippedTable.rows("addresses.tsv")) {
      groups.computeIfAbsent(row[0], group -> new Addresses()).add(row[1]);
    }
    return Map.copyOf(groups);
  }

  private void add(String network) {
    String[] parts = network.split("/");
    long prefix = Long.parseLong(parts[1]);
    if (parts[0].indexOf(':') < 0) {
      long base = 0;
      for (String octet : parts[0].split("\\.")) {
        base = base << 8 | Integer.parseInt(octet);
      }
      ipv4.add(new long[] {base, prefix});
      ipv4Size += 1L << 32 - prefix;
    } else {
      long base = 0;
      String[] hextets = parts[0].substring(0, parts[0].indexOf("::")).split(":");
      for (int i = 0; i < 4; i++) {
        base = base << 16 | (i < hextets.length ? Integer.parseInt(hextets[i], 16) : 0);
      }
      ipv6.add(new long[] {base, prefix});
    }
  }
}
