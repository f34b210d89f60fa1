package io.clickledger.metadata.csv;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import io.clickledger.metadata.csv.ImportReport.TableReport;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;

/**
 * Imports CSV files: all of their lines or none. All errors of the files are found before the first
 * row is written, and reported together. An import of the same files again changes nothing.
 */
public final class MetadataImport {

  private final Handle handle;
  private final CsvContents contents;
  private final List<ImportFault> faults;

  private MetadataImport(Handle handle, CsvContents contents) {
    this.handle = handle;
    this.contents = contents;
    this.faults = new ArrayList<>(contents.faults());
  }

  /**
   * Imports these files, and of folders those of their files that are named after a table
   * (advertisers.csv, campaigns.csv, ads.csv, publishers.csv).
   *
   * @throws MetadataImportException naming every fault, after which nothing is imported
   */
  public static ImportReport run(DataSource database, List<Path> filesAndFolders) {
    CsvContents contents = CsvContents.of(filesAndFolders);
    return jdbi(database).inTransaction(handle -> new MetadataImport(handle, contents).apply());
  }

  /** As {@link #run}, but rolls back: reports what an import of these files would do. */
  public static ImportReport dryRun(DataSource database, List<Path> filesAndFolders) {
    CsvContents contents = CsvContents.of(filesAndFolders);
    try (Handle handle = jdbi(database).open()) {
      handle.begin();
      ImportReport report = new MetadataImport(handle, contents).apply();
      handle.rollback();
      return report;
    }
  }

  private static Jdbi jdbi(DataSource database) {
    return Jdbi.create(database).registerArrayType(String.class, "text");
  }

  private ImportReport apply() {
    // Readers go on; other writers wait, so that what is checked is what is written to. The clock
    // is read after the wait: a version that was written meanwhile starts before it.
    handle.execute(
        "LOCK TABLE metadata.advertisers, metadata.campaigns, metadata.ads, metadata.publishers"
            + " IN SHARE ROW EXCLUSIVE MODE");
    Instant now =
        handle
            .createQuery("SELECT clock_timestamp()")
            .mapTo(OffsetDateTime.class)
            .one()
            .toInstant();

    checkReferences();
    checkTimeZones();
    Map<MetadataTable, Plan> plans = new EnumMap<>(MetadataTable.class);
    for (MetadataTable table : MetadataTable.values()) {
      plans.put(table, plan(table, now));
    }
    if (!faults.isEmpty()) {
      throw new MetadataImportException(faults);
    }
    plans.forEach(this::write);
    return new ImportReport(
        now,
        Arrays.stream(MetadataTable.values())
            .filter(contents.tables()::contains)
            .map(table -> plans.get(table).report(table))
            .toList());
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
        linesOf(referenced).map(CsvLine::id).filter(Objects::nonNull).collect(toSet());
    List<CsvLine> open =
        linesOf(table)
            .filter(line -> line.values().get(column.name()) != null)
            .filter(line -> !known.contains(line.values().get(column.name())))
            .toList();
    known.addAll(
        handle
            .createQuery(
                "SELECT %1$s FROM metadata.%2$s WHERE %1$s = ANY (:ids)"
                    .formatted(referenced.idColumn(), referenced.tableName()))
            .bindArray("ids", String.class, (Object[]) valuesOf(open, column.name()))
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
        linesOf(MetadataTable.ADVERTISERS)
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

  private Plan plan(MetadataTable table, Instant now) {
    Map<String, List<CsvLine>> byId =
        linesOf(table)
            .filter(line -> line.id() != null)
            .collect(groupingBy(CsvLine::id, TreeMap::new, toList()));
    Map<String, EntityHistory> histories = histories(table, byId.keySet());
    Plan plan = new Plan();
    byId.forEach(
        (id, lines) -> {
          if (checkRepeats(lines) && lines.stream().allMatch(CsvLine::isSound)) {
            EntityHistory history = histories.getOrDefault(id, new EntityHistory());
            lines.forEach(line -> plan(line, history, now, plan));
          }
        });
    return plan;
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

  private void plan(CsvLine line, EntityHistory history, Instant now, Plan plan) {
    if (history.isEmpty()) {
      plan.added++;
      // Clicks that came before the import have a price too.
      plan.write(line, line.validFrom() == null ? Instant.EPOCH : line.validFrom(), history);
      return;
    }
    Instant validFrom = line.validFrom() == null ? now : line.validFrom();
    if (history.at(validFrom).filter(line.values()::equals).isPresent()) {
      plan.unchanged++;
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
      plan.changed++;
      plan.write(line, validFrom, history);
    }
  }

  /** What the database knows of these ids. */
  private Map<String, EntityHistory> histories(MetadataTable table, Collection<String> ids) {
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

  private void write(MetadataTable table, Plan plan) {
    plan.lines.forEach((validFrom, lines) -> write(table, validFrom, lines));
  }

  /** The trigger of the table writes the versions, from when the setting says. */
  private void write(MetadataTable table, Instant validFrom, List<CsvLine> lines) {
    handle
        .createQuery("SELECT set_config('clickledger.valid_from', :validFrom, true)")
        .bind("validFrom", validFrom.toString())
        .mapTo(String.class)
        .one();
    List<String> names = table.columns().stream().map(CsvColumn::name).toList();
    String sql =
        """
        INSERT INTO metadata.%s (%s)
        SELECT %s FROM unnest(%s) AS line (%s)
        ON CONFLICT (%s) DO UPDATE SET %s
        """
            .formatted(
                table.tableName(),
                String.join(", ", names),
                table.columns().stream()
                    .map(column -> "CAST(%s AS %s)".formatted(column.name(), column.sqlType()))
                    .collect(joining(", ")),
                names.stream().map(name -> ":" + name).collect(joining(", ")),
                String.join(", ", names),
                table.idColumn(),
                names.stream()
                    .skip(1)
                    .map(name -> "%1$s = excluded.%1$s".formatted(name))
                    .collect(joining(", ")));
    try (Update update = handle.createUpdate(sql)) {
      for (String name : names) {
        update.bindArray(name, String.class, (Object[]) valuesOf(lines, name));
      }
      update.execute();
    }
  }

  private Stream<CsvLine> linesOf(MetadataTable table) {
    return contents.lines().stream().filter(line -> line.table() == table);
  }

  private static String[] valuesOf(List<CsvLine> lines, String column) {
    return lines.stream().map(line -> line.values().get(column)).toArray(String[]::new);
  }

  private record StoredVersion(Map<String, String> values, Instant validFrom) {}

  /** What is to be written to one table, oldest first, and how the lines were counted. */
  private static final class Plan {

    private final TreeMap<Instant, List<CsvLine>> lines = new TreeMap<>();
    private int added;
    private int changed;
    private int unchanged;

    void write(CsvLine line, Instant validFrom, EntityHistory history) {
      history.add(validFrom, line.values());
      lines.computeIfAbsent(validFrom, instant -> new ArrayList<>()).add(line);
    }

    TableReport report(MetadataTable table) {
      return new TableReport(table.tableName(), added, changed, unchanged);
    }
  }
}
