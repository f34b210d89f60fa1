package io.clickledger.lake.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.RegistryBasedFileWriterFactory;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.io.RollingDataWriter;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Writes rows of one table as data files from inside a Spark task, so that one pass over a source
 * can feed several tables. The files are invisible until {@link PositionedAppend} commits them.
 * Closing deletes them unless {@link #keep} was called.
 */
public final class TaskFiles implements AutoCloseable {
  private final Table table;
  private final Rows rows;
  private final OutputFileFactory files;
  private final long targetBytes;
  private final Map<PartitionKey, RollingDataWriter<InternalRow>> writers = new HashMap<>();
  private final PartitionKey partition;
  private final Row row;
  private boolean kept;

  /**
   * @param table a serializable copy, as tasks get them
   * @param task the task that writes: its ids are in the files' names
   */
  public TaskFiles(Table table, TaskContext task) {
    this.table = table;
    StructType schema = SparkSchemaUtil.convert(table.schema());
    Map<String, String> properties = table.properties();
    this.targetBytes =
        Long.parseLong(
            properties.getOrDefault(
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                String.valueOf(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT)));
    this.files =
        OutputFileFactory.builderFor(table, task.partitionId(), task.taskAttemptId())
            .format(FileFormat.PARQUET)
            .operationId(UUID.randomUUID().toString())
            .build();
    this.rows = new Rows(table, schema);
    this.partition = new PartitionKey(table.spec(), table.schema());
    this.row = new Row(schema);
  }

  /** Adds a row, in the order of the table's columns. */
  public void write(InternalRow values) {
    partition.partition(row.of(values));
    RollingDataWriter<InternalRow> writer = writers.get(partition);
    if (writer == null) {
      PartitionKey own = partition.copy();
      writer = new RollingDataWriter<>(rows, files, table.io(), targetBytes, table.spec(), own);
      writers.put(own, writer);
    }
    writer.write(values);
  }

  /** Finishes the files. */
  public List<DataFile> complete() {
    List<DataFile> finished = new ArrayList<>();
    try {
      for (RollingDataWriter<InternalRow> writer : writers.values()) {
        writer.close();
        finished.addAll(writer.result().dataFiles());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("finishing files of " + table.name(), e);
    }
    return finished;
  }

  /**
   * Prevents the deletion of the files on close; called when all files of the task are complete.
   */
  public void keep() {
    kept = true;
  }

  @Override
  public void close() {
    if (!kept) {
      StagedFiles.delete(table, complete());
    }
  }

  /** Iceberg's own Parquet writers of Spark's rows. */
  private static final class Rows extends RegistryBasedFileWriterFactory<InternalRow, StructType> {
    private static final long serialVersionUID = 1L;

    Rows(Table table, StructType schema) {
      super(
          table,
          FileFormat.PARQUET,
          InternalRow.class,
          table.schema(),
          null,
          FileFormat.PARQUET,
          null,
          null,
          null,
          Map.of(),
          schema,
          null);
    }
  }

  /** A row as partition transforms read it. */
  private static final class Row implements StructLike {
    private final DataType[] types;
    private InternalRow values;

    Row(StructType schema) {
      StructField[] fields = schema.fields();
      this.types = new DataType[fields.length];
      for (int i = 0; i < fields.length; i++) {
        types[i] = fields[i].dataType();
      }
    }

    Row of(InternalRow internal) {
      this.values = internal;
      return this;
    }

    @Override
    public int size() {
      return types.length;
    }

    @Override
    public <T> T get(int position, Class<T> type) {
      return type.cast(values.get(position, types[position]));
    }

    @Override
    public <T> void set(int position, T value) {
      throw new UnsupportedOperationException("rows of a task are read here, never changed");
    }
  }
}
