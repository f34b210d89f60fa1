package io.clickledger.sandbox.simulator.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A file of rows with columns between tabs, in this package's resources. */
final class ShippedTable {
  private ShippedTable() {}

  static List<String[]> rows(String resource) {
    try (InputStream in = ShippedTable.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + resource, e);
    }
  }
}
