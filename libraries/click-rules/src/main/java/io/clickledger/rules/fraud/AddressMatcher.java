package io.clickledger.rules.fraud;

import io.clickledger.rules.web.IpAddress;
import io.clickledger.rules.web.IpAddress.Family;
import io.clickledger.rules.web.IpNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the rules that an address matches, as a set of bits: the networks of all rules are split
 * into disjoint ranges, which are found by binary search. A look-up allocates nothing.
 */
final class AddressMatcher {

  private final Ranges ipv4;
  private final Ranges ipv6;

  /** A network and the bit of its rule. */
  record Marked(IpNetwork network, long bit) {}

  AddressMatcher(List<Marked> networks) {
    this.ipv4 = Ranges.of(networks, Family.IPV4);
    this.ipv6 = Ranges.of(networks, Family.IPV6);
  }

  /** The bits of the rules that have the address. */
  long of(IpAddress address) {
    Ranges ranges = address.family() == Family.IPV4 ? ipv4 : ipv6;
    return ranges.at(address.high(), address.low());
  }

  /** Ranges by their first address, each up to the next one; the bits of the rules in each. */
  private record Ranges(long[] highs, long[] lows, long[] marks) {

    /** Where a rule's network begins, or where it is over. */
    private record Edge(long high, long low, long bit, int depth) {

      private static final Comparator<Edge> IN_ORDER =
          Comparator.comparing(Edge::high, Long::compareUnsigned)
              .thenComparing(Edge::low, Long::compareUnsigned);
    }

    static Ranges of(List<Marked> networks, Family family) {
      List<Edge> edges = new ArrayList<>();
      for (Marked marked : networks) {
        IpNetwork network = marked.network();
        if (network.address().family() == family) {
          edges.add(new Edge(network.firstHigh(), network.firstLow(), marked.bit(), 1));
          // Behind the last address there is none: nothing to end.
          if (network.lastHigh() != -1 || network.lastLow() != -1) {
            long low = network.lastLow() + 1;
            edges.add(new Edge(network.lastHigh() + (low == 0 ? 1 : 0), low, marked.bit(), -1));
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
