package io.clickledger.metadata.csv;

import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The checks of lines that need the database; what is wrong is added to the faults. */
record DatabaseChecks(Handle handle, CsvContents contents, List<ImportFault> faults) {

  void run() {
    checkReferences();
    checkTimeZones();
  }

  /** What a line names is in a file or in the database. */
  private void checkReferences() {
    for (MetadataTable table : MetadataTable.values()) {
      for (CsvColumn column : table.columns()) {
        // What an unreadable file would have named is not known: its own fault is enough.
        if (column.referenced() != null && !contents.unread().contains(column.referenced())) {
          checkReferences(table, column);
        }
      }
    }
  }

  private void checkReferences(MetadataTable table, CsvColumn column) {
    MetadataTable referenced = column.referenced();
    // A line with another fault still names its id: one mistake is one fault.
    Set<String> known =
        contents.linesOf(referenced).map(CsvLine::id).filter(Objects::nonNull).collect(toSet());
    List<CsvLine> open =
        contents
            .linesOf(table)
            .filter(line -> line.values().get(column.name()) != null)
            .filter(line -> !known.contains(line.values().get(column.name())))
            .toList();
    known.addAll(
        handle
            .createQuery(
                "SELECT %1$s FROM metadata.%2$s WHERE %1$s = ANY (:ids)"
                    .formatted(referenced.idColumn(), referenced.tableName()))
            .bindArray("ids", String.class, CsvLine.values(open, column.name()))
            .mapTo(String.class)
            .list());
    for (CsvLine line : open) {
      String id = line.values().get(column.name());
      if (!known.contains(id)) {
        faults.add(
            ImportFault.ofCell(
                line.file(),
                line.number(),
                column.name(),
                "in " + referenced.fileName() + " or in the database",
                id));
      }
    }
  }

  /** Java's zones and PostgreSQL's come from different releases. */
  private void checkTimeZones() {
    List<CsvLine> lines =
        contents
            .linesOf(MetadataTable.ADVERTISERS)
            .filter(line -> line.values().get("time_zone") != null)
            .toList();
    if (lines.isEmpty()) {
      return;
    }
    Set<String> known =
        handle
            .createQuery("SELECT name FROM pg_timezone_names")
            .mapTo(String.class)
            .collect(toSet());
    for (CsvLine line : lines) {
      String zone = line.values().get("time_zone");
      if (!known.contains(zone)) {
        faults.add(
            ImportFault.ofCell(
                line.file(), line.number(), "time_zone", "a zone that PostgreSQL knows", zone));
      }
    }
  }
}
