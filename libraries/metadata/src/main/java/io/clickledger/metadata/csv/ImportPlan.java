package io.clickledger.metadata.csv;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import io.clickledger.metadata.csv.ImportReport.TableReport;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** What is to be written to one table, oldest first, and how its lines were counted. */
final class ImportPlan {

  private final MetadataTable table;
  private final Instant now;
  private final List<ImportFault> faults;
  private final TreeMap<Instant, List<CsvLine>> lines = new TreeMap<>();
  private int added;
  private int changed;
  private int unchanged;

  private ImportPlan(MetadataTable table, Instant now, List<ImportFault> faults) {
    this.table = table;
    this.now = now;
    this.faults = faults;
  }

  /**
   * The plan for the lines of a table.
   *
   * @param now from when a change holds that does not say it itself
   * @param faults receives what is wrong with the lines beside what the database knows
   */
  static ImportPlan of(
      MetadataTable table,
      Stream<CsvLine> lines,
      Instant now,
      Handle handle,
      List<ImportFault> faults) {
    Map<String, List<CsvLine>> byId =
        lines
            .filter(line -> line.id() != null)
            .collect(groupingBy(CsvLine::id, TreeMap::new, toList()));
    Map<String, EntityHistory> histories = histories(handle, table, byId.keySet());
    ImportPlan plan = new ImportPlan(table, now, faults);
    byId.forEach(
        (id, ofId) -> {
          if (plan.checkRepeats(ofId) && ofId.stream().allMatch(CsvLine::isSound)) {
            EntityHistory history = histories.getOrDefault(id, new EntityHistory());
            ofId.forEach(line -> plan.add(line, history));
          }
        });
    return plan;
  }

  /** The lines to write, by the instant from which they hold. */
  SortedMap<Instant, List<CsvLine>> lines() {
    return lines;
  }

  TableReport report() {
    return new TableReport(table.tableName(), added, changed, unchanged);
  }

  /** Several lines for one id are its successive versions, and say so. */
  private boolean checkRepeats(List<CsvLine> lines) {
    boolean sound = true;
    for (int i = 1; i < lines.size(); i++) {
      CsvLine earlier = lines.get(i - 1);
      CsvLine line = lines.get(i);
      if (line.validFrom() == null
          || earlier.validFrom() == null
          || !line.validFrom().isAfter(earlier.validFrom())) {
        sound = false;
        faults.add(
            line.fault(
                line.table().idColumn(),
                "must stand once, or each time with a later valid_from, was %s as in %s:%d"
                    .formatted(ImportFault.shown(line.id()), earlier.file(), earlier.number())));
      }
    }
    return sound;
  }

  private void add(CsvLine line, EntityHistory history) {
    if (history.isEmpty()) {
      added++;
      // Clicks that came before the import have a price too.
      write(line, line.validFrom() == null ? Instant.EPOCH : line.validFrom(), history);
      return;
    }
    Instant validFrom = line.validFrom() == null ? now : line.validFrom();
    if (history.at(validFrom).filter(line.values()::equals).isPresent()) {
      unchanged++;
    } else if (validFrom.isBefore(history.lastValidFrom())) {
      faults.add(
          line.fault(
              MetadataTable.VALID_FROM.name(),
              "must be %s, from when the last version of %s holds, or later, was %s"
                  .formatted(
                      history.lastValidFrom(),
                      line.id(),
                      line.validFrom() == null ? "now" : line.validFrom())));
    } else {
      changed++;
      write(line, validFrom, history);
    }
  }

  /** What the database knows of these ids. */
  private static Map<String, EntityHistory> histories(
      Handle handle, MetadataTable table, Collection<String> ids) {
    String columns =
        table.columns().stream()
            .map(column -> "CAST(%1$s AS text) AS %1$s".formatted(column.name()))
            .collect(joining(", "));
    Map<String, EntityHistory> histories = new HashMap<>();
    handle
        .createQuery(
            "SELECT %s, valid_from FROM metadata.%s_versions v WHERE v.%s = ANY (:ids)"
                    .formatted(columns, table.tableName(), table.idColumn())
                + " ORDER BY v.valid_from, v.version_id")
        .bindArray("ids", String.class, (Object[]) ids.toArray(String[]::new))
        .map(
            (row, context) -> {
              Map<String, String> values = new HashMap<>();
              for (CsvColumn column : table.columns()) {
                values.put(column.name(), row.getString(column.name()));
              }
              return new StoredVersion(
                  values, row.getObject("valid_from", OffsetDateTime.class).toInstant());
            })
        .forEach(
            version ->
                histories
                    .computeIfAbsent(
                        version.values.get(table.idColumn()), id -> new EntityHistory())
                    .add(version.validFrom, version.values));
    return histories;
  }

  private void write(CsvLine line, Instant validFrom, EntityHistory history) {
    history.add(validFrom, line.values());
    lines.computeIfAbsent(validFrom, instant -> new ArrayList<>()).add(line);
  }

  private record StoredVersion(Map<String, String> values, Instant validFrom) {}
}
