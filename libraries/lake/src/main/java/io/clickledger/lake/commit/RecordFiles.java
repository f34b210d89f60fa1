package io.clickledger.lake.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/**
 * Reads and writes data files with Iceberg's generic records, without Spark: for small numbers of
 * rows, and for columns of uncommitted files.
 */
public final class RecordFiles {
  private RecordFiles() {}

  /** One uncommitted file for each partition of the rows, its name beginning with {@code name}. */
  public static Set<DataFile> write(Table table, String name, List<Record> rows) {
    PartitionKey key = new PartitionKey(table.spec(), table.schema());
    InternalRecordWrapper values = new InternalRecordWrapper(table.schema().asStruct());
    Map<PartitionKey, DataWriter<Record>> writers = new HashMap<>();
    try {
      try {
        for (Record row : rows) {
          key.partition(values.wrap(row));
          DataWriter<Record> writer = writers.get(key);
          if (writer == null) {
            PartitionKey partition = key.copy();
            writer = writer(table, name, partition);
            writers.put(partition, writer);
          }
          writer.write(row);
        }
      } finally {
        for (DataWriter<Record> writer : writers.values()) {
          writer.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing rows of " + table.name(), e);
    }
    Set<DataFile> files = new HashSet<>();
    writers.values().forEach(writer -> files.add(writer.toDataFile()));
    return files;
  }

  /** An empty row of the table. */
  public static Record row(Table table) {
    return GenericRecord.create(table.schema());
  }

  /** Hands over each row of a Parquet data file, with these columns only. */
  public static void read(
      Table table, DataFile file, List<String> columns, Consumer<Record> consumer) {
    Schema projection = table.schema().select(columns);
    try (CloseableIterable<Record> rows =
        Parquet.read(table.io().newInputFile(file.location()))
            .project(projection)
            .createReaderFunc(schema -> GenericParquetReaders.buildReader(projection, schema))
            .reuseContainers()
            .build()) {
      rows.forEach(consumer);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file.location(), e);
    }
  }

  private static DataWriter<Record> writer(Table table, String name, PartitionKey partition)
      throws IOException {
    String fileName = name + "-" + UUID.randomUUID() + ".parquet";
    String path =
        table.spec().isPartitioned()
            ? table.locationProvider().newDataLocation(table.spec(), partition, fileName)
            : table.locationProvider().newDataLocation(fileName);
    return Parquet.writeData(table.io().newOutputFile(path))
        .forTable(table)
        .createWriterFunc(GenericParquetWriter::create)
        .withSpec(table.spec())
        .withPartition(table.spec().isPartitioned() ? partition : null)
        .build();
  }
}
