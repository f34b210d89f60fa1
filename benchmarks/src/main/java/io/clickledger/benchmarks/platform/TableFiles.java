package io.clickledger.benchmarks.platform;

import io.clickledger.sandbox.driver.IcebergLake;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/**
 * How many files and snapshots the tables that streams append to have, at several moments; the lake
 * is in a folder.
 */
final class TableFiles implements AutoCloseable {
  private static final List<TableName> NAMES =
      List.of(
          RawClicks.TABLE,
          LiveClicksByMinute.TABLE,
          LiveFlaggedClicks.TABLE,
          RawRejectedClicks.TABLE);

  private final IcebergLake lake;
  private final Map<TableName, Table> tables = new LinkedHashMap<>();
  private final Map<TableName, List<Count>> counts = new LinkedHashMap<>();

  /**
   * Of one table at one moment.
   *
   * @param dataFiles of the newest snapshot
   * @param manifests of the newest snapshot
   * @param metadataFiles metadata.json files in the table's folder, named by the table or not
   */
  private record Count(long dataFiles, long manifests, long snapshots, long metadataFiles) {

    static Count of(Table table) throws IOException {
      table.refresh();
      Snapshot newest = table.currentSnapshot();
      return new Count(
          newest == null
              ? 0
              : Long.parseLong(
                  newest.summary().getOrDefault(SnapshotSummary.TOTAL_DATA_FILES_PROP, "0")),
          newest == null ? 0 : newest.allManifests(table.io()).size(),
          count(table.snapshots()),
          metadataFiles(table));
    }

    private static long metadataFiles(Table table) throws IOException {
      Path metadata = Path.of(URI.create(table.location())).resolve("metadata");
      try (DirectoryStream<Path> files = Files.newDirectoryStream(metadata, "*.metadata.json")) {
        return count(files);
      }
    }

    private static long count(Iterable<?> all) {
      return StreamSupport.stream(all.spliterator(), false).count();
    }
  }

  TableFiles(Map<String, String> properties) {
    lake = new IcebergLake(properties);
    for (TableName name : NAMES) {
      tables.put(name, lake.table(name));
      counts.put(name, new ArrayList<>());
    }
  }

  Table live() {
    return tables.get(LiveClicksByMinute.TABLE);
  }

  /** Counts all as they are now. */
  void count() throws IOException {
    for (TableName name : NAMES) {
      counts.get(name).add(Count.of(tables.get(name)));
    }
  }

  /** Prints what each table had at the first look, at most, and at the last. */
  void print(PrintStream out) {
    out.printf(
        "  %-24s %18s %18s %18s %18s%n",
        "first/most/last", "data files", "manifests", "snapshots", "metadata.json");
    counts.forEach(
        (name, ofTable) ->
            out.printf(
                "  %-24s %18s %18s %18s %18s%n",
                name,
                course(ofTable, Count::dataFiles),
                course(ofTable, Count::manifests),
                course(ofTable, Count::snapshots),
                course(ofTable, Count::metadataFiles)));
  }

  private static String course(List<Count> counts, ToLongFunction<Count> number) {
    long[] numbers = counts.stream().mapToLong(number).toArray();
    return "%d/%d/%d"
        .formatted(
            numbers[0], LongStream.of(numbers).max().orElseThrow(), numbers[numbers.length - 1]);
  }

  @Override
  public void close() throws IOException {
    lake.close();
  }
}
