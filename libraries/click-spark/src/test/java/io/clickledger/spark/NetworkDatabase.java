package io.clickledger.spark;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Derives the network file that is shipped from the CSV files of the npm package
 * {@code @ip-location-db/asn}: the numbers of the autonomous systems without their names.
 */
final class NetworkDatabase {
  private NetworkDatabase() {}

  /** Arguments: the folder of asn-ipv4-num.csv and asn-ipv6-num.csv, their date, the new file. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    MmdbFile file =
        new MmdbFile(
            "Clickledger-Networks",
            LocalDate.parse(args[1]).atStartOfDay().toInstant(ZoneOffset.UTC));
    for (String part : List.of("asn-ipv4-num.csv", "asn-ipv6-num.csv")) {
      try (Stream<String> lines = Files.lines(folder.resolve(part))) {
        lines.forEach(line -> add(file, line.split(",", 4)));
      }
    }
    file.write(Path.of(args[2]));
  }

  private static void add(MmdbFile file, String[] row) {
    file.add(
        new BigInteger(row[0]),
        new BigInteger(row[1]),
        Map.of("autonomous_system_number", Long.parseLong(row[2])));
  }
}
