package io.clickledger.ingestion;

import io.clickledger.rules.web.IpAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** The proxies whose word is taken for where a request comes from. */
record TrustedProxies(List<Network> networks) {

  TrustedProxies {
    networks = List.copyOf(networks);
  }

  /**
   * @throws IllegalArgumentException for what is neither an address nor ADDRESS/BITS
   */
  static TrustedProxies of(List<String> networks) {
    return new TrustedProxies(networks.stream().map(Network::parse).toList());
  }

  /**
   * The address of the client: the connection's, or, where that is a trusted proxy's, the last one
   * in X-Forwarded-For that is not. What stands before it could be anybody's invention.
   */
  String client(String connection, Enumeration<String> forwardedFor) {
    List<String> hops = new ArrayList<>();
    for (String header : Collections.list(forwardedFor)) {
      hops.addAll(List.of(header.split(",")));
    }
    String client = withoutPort(connection);
    for (int i = hops.size() - 1; i >= 0 && isTrusted(client); i--) {
      String hop = IpAddresses.canonical(withoutPort(hops.get(i).strip()));
      if (hop == null) {
        break;
      }
      client = hop;
    }
    return client;
  }

  private boolean isTrusted(String address) {
    byte[] bytes = bytes(address);
    return bytes != null && networks.stream().anyMatch(network -> network.contains(bytes));
  }

  /** 192.0.2.1:4711, [2001:db8::1]:4711 and fe80::1%eth0 without what is not the address. */
  private static String withoutPort(String hop) {
    String address = hop;
    if (address.startsWith("[")) {
      int end = address.indexOf(']');
      address = end < 0 ? address : address.substring(1, end);
    } else if (address.indexOf(':') >= 0 && address.indexOf(':') == address.lastIndexOf(':')) {
      address = address.substring(0, address.indexOf(':'));
    }
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }

  private static byte[] bytes(String address) {
    String canonical = IpAddresses.canonical(address);
    if (canonical == null) {
      return null;
    }
    try {
      return InetAddress.getByName(canonical).getAddress(); // a literal: asks no name server
    } catch (UnknownHostException e) {
      throw new IllegalStateException(canonical + " is no address after all", e);
    }
  }

  /** All addresses that share their first bits. */
  record Network(byte[] address, int bits) {

    static Network parse(String text) {
      int slash = text.indexOf('/');
      byte[] address = TrustedProxies.bytes(slash < 0 ? text : text.substring(0, slash));
      if (address == null) {
        throw notANetwork(text);
      }
      int most = address.length * Byte.SIZE;
      if (slash < 0) {
        return new Network(address, most);
      }
      String bits = text.substring(slash + 1);
      if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > most) {
        throw notANetwork(text);
      }
      return new Network(address, Integer.parseInt(bits));
    }

    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % Byte.SIZE;
        if (((address[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }

    private static IllegalArgumentException notANetwork(String text) {
      return new IllegalArgumentException(
          "http.trusted-proxies must be addresses or networks such as 10.0.0.0/8, was " + text);
    }
  }
}
