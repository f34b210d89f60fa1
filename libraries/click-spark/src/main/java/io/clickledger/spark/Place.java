package io.clickledger.spark;

import java.util.Set;

/**
 * Where an address is.
 *
 * @param country ISO 3166-1 alpha-2 code; null where unknown
 * @param city English name; null where unknown
 * @param network the autonomous system that announces the address, such as AS16509; null where
 *     unknown
 * @param unanalysed which of them are unknown because their database failed
 */
public record Place(String country, String city, String network, Set<UnanalysedField> unanalysed) {
  /** Of no address, and of one that no database knows. */
  public static final Place UNKNOWN = new Place(null, null, null);

  Place(String country, String city, String network) {
    this(country, city, network, Set.of());
  }
}
