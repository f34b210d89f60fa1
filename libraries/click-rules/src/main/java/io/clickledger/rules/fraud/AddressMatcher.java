package io.clickledger.rules.fraud;

import io.clickledger.rules.web.AddressBlock;
import io.clickledger.rules.web.IpAddresses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the rules that an address matches, as a set of bits: the blocks of all rules are split into
 * disjoint ranges, which are found by binary search. A look-up allocates nothing.
 */
final class AddressMatcher {

  private static final int GROUPS = 8;

  private final Ranges ipv4;
  private final Ranges ipv6;

  /** A block and the bit of its rule. */
  record Marked(AddressBlock block, long bit) {}

  AddressMatcher(List<Marked> blocks) {
    this.ipv4 = Ranges.of(blocks, AddressBlock.Family.IPV4);
    this.ipv6 = Ranges.of(blocks, AddressBlock.Family.IPV6);
  }

  /**
   * The bits of the rules that have the address, 0 for what is no address.
   *
   * @param address canonical; another form is made so first
   */
  long of(String address) {
    if (address.indexOf(':') >= 0) {
      return ofIpv6(address);
    }
    long bits = IpAddresses.ipv4(address, 0);
    return bits < 0 ? 0 : ipv4.at(0, bits);
  }

  private long ofIpv6(String address) {
    if (address.charAt(0) == ':' && !address.startsWith("::")) {
      return 0;
    }
    long high = 0;
    long low = 0;
    int group = 0;
    int i = 0;
    while (i < address.length()) {
      if (address.charAt(i) == ':') {
        // The second colon of a "::", or both where it leads.
        i += i == 0 ? 2 : 1;
        group = GROUPS - groupsFrom(address, i);
        continue;
      }
      long value = 0;
      int start = i;
      while (i < address.length() && IpAddresses.hexDigit(address.charAt(i)) >= 0) {
        value = value << 4 | IpAddresses.hexDigit(address.charAt(i));
        i++;
      }
      if (i == start
          || group < 0
          || group == GROUPS
          || (i < address.length() && address.charAt(i) != ':')) {
        return ofAnotherForm(address);
      }
      if (group < GROUPS / 2) {
        high |= value << 16 * (GROUPS / 2 - 1 - group);
      } else {
        low |= value << 16 * (GROUPS - 1 - group);
      }
      group++;
      i++;
    }
    if (group != GROUPS || (high == 0 && low >>> 32 == 0xffff)) {
      return ofAnotherForm(address);
    }
    return ipv6.at(high, low);
  }

  private long ofAnotherForm(String address) {
    String canonical = IpAddresses.canonical(address);
    return canonical == null || canonical.equals(address) ? 0 : of(canonical);
  }

  private static int groupsFrom(String address, int from) {
    if (from >= address.length()) {
      return 0;
    }
    int groups = 1;
    for (int i = from; i < address.length(); i++) {
      groups += address.charAt(i) == ':' ? 1 : 0;
    }
    return groups;
  }

  /** Ranges by their first address, each up to the next one; the bits of the rules in each. */
  private record Ranges(long[] highs, long[] lows, long[] marks) {

    /** Where a rule's block begins, or where it is over. */
    private record Edge(long high, long low, long bit, int depth) {

      private static final Comparator<Edge> IN_ORDER =
          Comparator.comparing(Edge::high, Long::compareUnsigned)
              .thenComparing(Edge::low, Long::compareUnsigned);
    }

    static Ranges of(List<Marked> blocks, AddressBlock.Family family) {
      List<Edge> edges = new ArrayList<>();
      for (Marked marked : blocks) {
        AddressBlock block = marked.block();
        if (block.family() == family) {
          edges.add(new Edge(block.firstHigh(), block.firstLow(), marked.bit(), 1));
          // Behind the last address there is none: nothing to end.
          if (block.lastHigh() != -1 || block.lastLow() != -1) {
            long low = block.lastLow() + 1;
            edges.add(new Edge(block.lastHigh() + (low == 0 ? 1 : 0), low, marked.bit(), -1));
          }
        }
      }
      edges.sort(Edge.IN_ORDER);

      long[] highs = new long[edges.size()];
      long[] lows = new long[edges.size()];
      long[] marks = new long[edges.size()];
      int[] depths = new int[Long.SIZE];
      long open = 0;
      int ranges = 0;
      for (Edge edge : edges) {
        int rule = Long.numberOfTrailingZeros(edge.bit());
        depths[rule] += edge.depth();
        open = depths[rule] > 0 ? open | edge.bit() : open & ~edge.bit();
        boolean sameStart =
            ranges > 0 && highs[ranges - 1] == edge.high() && lows[ranges - 1] == edge.low();
        ranges += sameStart ? 0 : 1;
        highs[ranges - 1] = edge.high();
        lows[ranges - 1] = edge.low();
        marks[ranges - 1] = open;
      }
      return new Ranges(
          Arrays.copyOf(highs, ranges), Arrays.copyOf(lows, ranges), Arrays.copyOf(marks, ranges));
    }

    long at(long high, long low) {
      int from = 0;
      int to = highs.length;
      while (from < to) {
        int middle = (from + to) >>> 1;
        int order = Long.compareUnsigned(highs[middle], high);
        if (order == 0) {
          order = Long.compareUnsigned(lows[middle], low);
        }
        if (order <= 0) {
          from = middle + 1;
        } else {
          to = middle;
        }
      }
      return from == 0 ? 0 : marks[from - 1];
    }
  }
}
