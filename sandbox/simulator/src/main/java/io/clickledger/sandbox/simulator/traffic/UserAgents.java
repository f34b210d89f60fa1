package io.clickledger.sandbox.simulator.traffic;

import java.util.List;

/**
 * User agents that are shipped, each of a kind: a device of people, a robot, or an impossible one.
 */
final class UserAgents {
  private static final List<String[]> ROWS = ShippedTable.rows("user-agents.tsv");

  private UserAgents() {}

  static List<String> of(String... kinds) {
    return ROWS.stream().filter(row -> List.of(kinds).contains(row[0])).map(row -> row[1]).toList();
  }

  /** Kind and user agent of each. */
  static List<String[]> rows() {
    return ROWS;
  }
}
