package io.clickledger.metadata;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an import did.
 *
 * @param changesValidFrom from when the changes hold whose lines do not say it themselves
 * @param tables those that a file was given for
 */
public record ImportReport(Instant changesValidFrom, List<TableReport> tables) {

  public ImportReport {
    tables = List.copyOf(tables);
  }

  /**
   * What became of the lines of one table.
   *
   * @param added lines that were the first version of something new
   * @param changed lines that were a further version
   * @param unchanged lines that said what was known
   */
  public record TableReport(String table, int added, int changed, int unchanged) {

    @Override
    public String toString() {
      return "%s: %d added, %d changed, %d unchanged".formatted(table, added, changed, unchanged);
    }
  }

  @Override
  public String toString() {
    return tables.stream().map(TableReport::toString).collect(Collectors.joining("\n"));
  }
}
