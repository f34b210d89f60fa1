package io.clickledger.sandbox.simulator.traffic;

import java.util.List;

/**
 * Somebody who clicks: always from the same place with the same browser.
 *
 * @param publishers whose pages it visits, the favourite first; empty for those that are popular
 */
record User(String id, String address, String userAgent, List<String> publishers) {
  User {
    publishers = List.copyOf(publishers);
  }

  /** One who visits what is popular. */
  User(String id, String address, String userAgent) {
    this(id, address, userAgent, List.of());
  }

  /** The same user with another browser. */
  User withUserAgent(String other) {
    return new User(id, address, other, publishers);
  }
}
