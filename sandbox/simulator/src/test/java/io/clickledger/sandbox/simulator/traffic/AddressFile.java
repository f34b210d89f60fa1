package io.clickledger.sandbox.simulator.traffic;

import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.Networks;
import com.maxmind.db.Reader;
import io.clickledger.spark.GeoDatabases;
import io.clickledger.spark.GeoDatabases.InCountry;
import io.clickledger.spark.GeoDatabases.InNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Derives addresses.tsv from the platform's shipped files of countries and networks: the largest
 * networks of some access providers in each country, and of some data centres.
 */
final class AddressFile {
  /** Networks of each kind in a group, and the sizes of those that are taken. */
  private static final int TAKEN = 12;

  private static final int LARGEST_IPV4 = 9;
  private static final int SMALLEST_IPV4 = 18;
  private static final int LARGEST_IPV6 = 19;
  private static final int SMALLEST_IPV6 = 44;

  /** Autonomous systems of access providers, by country: users live there and no servers. */
  private static final Map<String, List<String>> PROVIDERS =
      Map.ofEntries(
          Map.entry("US", List.of("AS7922", "AS7018", "AS701", "AS20115", "AS22773")),
          Map.entry("DE", List.of("AS3320", "AS3209", "AS6805")),
          Map.entry("GB", List.of("AS2856", "AS5607", "AS5089")),
          Map.entry("FR", List.of("AS3215", "AS12322", "AS15557")),
          Map.entry("JP", List.of("AS17676", "AS4713", "AS2516")),
          Map.entry("IN", List.of("AS9829", "AS55836", "AS24560")),
          Map.entry("NL", List.of("AS1136", "AS33915")),
          Map.entry("SE", List.of("AS3301", "AS8473")),
          Map.entry("NO", List.of("AS2119", "AS29695")),
          Map.entry("IT", List.of("AS3269", "AS1267", "AS12874")),
          Map.entry("ES", List.of("AS3352", "AS12479", "AS12430")),
          Map.entry("BR", List.of("AS28573", "AS27699", "AS7738")),
          Map.entry("AU", List.of("AS1221", "AS4804", "AS7545")),
          Map.entry("CA", List.of("AS812", "AS577", "AS6327")));

  private static final List<String> DATA_CENTRES =
      List.of(
          "AS16509",
          "AS14618",
          "AS15169",
          "AS396982",
          "AS8075",
          "AS14061",
          "AS16276",
          "AS24940",
          "AS63949",
          "AS20473");

  private AddressFile() {}

  /** A network of one provider. */
  private record Found(InetAddress address, int prefix) {
    boolean isIpv4() {
      return address.getAddress().length == 4;
    }

    boolean isTaken() {
      return isIpv4()
          ? prefix >= LARGEST_IPV4 && prefix <= SMALLEST_IPV4
          : prefix >= LARGEST_IPV6 && prefix <= SMALLEST_IPV6;
    }

    /** IPv6 ends in {@code ::}, which Java does not write. */
    String text() {
      String text = address.getHostAddress();
      return (isIpv4() ? text : text.replaceAll("(:0)+$", "") + "::") + "/" + prefix;
    }
  }

  /** Argument: the new file. */
  public static void main(String[] args) throws IOException, InvalidNetworkException {
    Map<String, List<Found>> groups = new TreeMap<>();
    try (Reader countries = open("country.mmdb");
        Reader systems = open("network.mmdb")) {
      Networks<InNetwork> networks = systems.networks(InNetwork.class);
      while (networks.hasNext()) {
        DatabaseRecord<InNetwork> record = networks.next();
        String system = record.data().name();
        Found found = new Found(record.network().networkAddress(), record.network().prefixLength());
        String group = group(system, countries, found);
        if (group != null && found.isTaken()) {
          groups.computeIfAbsent(group, g -> new ArrayList<>()).add(found);
        }
      }
    }
    List<String> lines = new ArrayList<>();
    groups.forEach(
        (group, found) -> {
          for (boolean ipv4 : new boolean[] {true, false}) {
            found.stream()
                .filter(network -> network.isIpv4() == ipv4)
                .sorted(Comparator.comparing(Found::prefix))
                .limit(TAKEN)
                .forEach(network -> lines.add(group + "\t" + network.text()));
          }
        });
    Files.write(Path.of(args[0]), lines);
  }

  /** The group that the network belongs to as a whole; null for none. */
  private static String group(String system, Reader countries, Found found) throws IOException {
    if (DATA_CENTRES.contains(system)) {
      return Addresses.DATA_CENTRE;
    }
    String country =
        PROVIDERS.entrySet().stream()
            .filter(providers -> providers.getValue().contains(system))
            .map(Map.Entry::getKey)
            .findAny()
            .orElse(null);
    if (country == null) {
      return null;
    }
    DatabaseRecord<InCountry> record = countries.getRecord(found.address(), InCountry.class);
    return record.data() != null
            && country.equals(record.data().name())
            && record.network().prefixLength() <= found.prefix()
        ? country
        : null;
  }

  private static Reader open(String file) throws IOException {
    try (InputStream in = GeoDatabases.class.getResourceAsStream("geo/" + file)) {
      return new Reader(in);
    }
  }
}
