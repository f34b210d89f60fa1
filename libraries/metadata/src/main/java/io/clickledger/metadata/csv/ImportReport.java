package io.clickledger.metadata.csv;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** From when what was imported holds; empty where nothing was. */
  public Optional<String> validity() {
    boolean added = tables.stream().anyMatch(table -> table.added() > 0);
    boolean changed = tables.stream().anyMatch(table -> table.changed() > 0);
    if (!added && !changed) {
      return Optional.empty();
    }
    List<String> starts = new ArrayList<>();
    if (added) {
      starts.add("what was added holds from " + Instant.EPOCH + " on");
    }
    if (changed) {
      starts.add("what was changed holds from " + changesValidFrom + " on");
    }
    return Optional.of(
        """
        Where a line has no valid_from, %s.
        Clicks that are sent from now on are counted so in live; what live has counted already stays \
        as it is until the billing run."""
            .formatted(String.join(", ", starts)));
  }

  @Override
  public String toString() {
    return tables.stream().map(TableReport::toString).collect(Collectors.joining("\n"));
  }
}
