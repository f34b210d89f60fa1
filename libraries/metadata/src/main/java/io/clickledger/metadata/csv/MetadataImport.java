package io.clickledger.metadata.csv;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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

  private MetadataImport(Handle handle, CsvContents contents) {
    this.handle = handle;
    this.contents = contents;
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

    List<ImportFault> faults = new ArrayList<>(contents.faults());
    new DatabaseChecks(handle, contents, faults).run();
    Map<MetadataTable, ImportPlan> plans = new EnumMap<>(MetadataTable.class);
    for (MetadataTable table : MetadataTable.values()) {
      plans.put(table, ImportPlan.of(table, contents.linesOf(table), now, handle, faults));
    }
    if (!faults.isEmpty()) {
      throw new MetadataImportException(faults);
    }
    plans.forEach(
        (table, plan) ->
            plan.lines().forEach((validFrom, lines) -> write(table, validFrom, lines)));
    return new ImportReport(
        now,
        Arrays.stream(MetadataTable.values())
            .filter(contents.tables()::contains)
            .map(table -> plans.get(table).report())
            .toList());
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
        update.bindArray(name, String.class, CsvLine.values(lines, name));
      }
      update.execute();
    }
  }
}
