package io.clickledger.ingestion.http;

import io.clickledger.rules.web.IpAddress;
import io.clickledger.rules.web.IpNetwork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** The proxies whose word is taken for where a request comes from. */
record TrustedProxies(List<IpNetwork> networks) {

  TrustedProxies {
    networks = List.copyOf(networks);
  }

  /**
   * @throws IllegalArgumentException for what is neither an address nor ADDRESS/BITS
   */
  static TrustedProxies of(List<String> networks) {
    return new TrustedProxies(networks.stream().map(TrustedProxies::network).toList());
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
      IpAddress hop = IpAddress.parse(withoutPort(hops.get(i).strip()));
      if (hop == null) {
        break;
      }
      client = hop.text();
    }
    return client;
  }

  private boolean isTrusted(String address) {
    IpAddress parsed = IpAddress.parse(address);
    return parsed != null && networks.stream().anyMatch(network -> network.contains(parsed));
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

  private static IpNetwork network(String text) {
    IpNetwork network = IpNetwork.parse(text);
    if (network == null) {
      throw new IllegalArgumentException(
          "trusted-proxies must be addresses or networks such as 10.0.0.0/8, was " + text);
    }
    return network;
  }
}
