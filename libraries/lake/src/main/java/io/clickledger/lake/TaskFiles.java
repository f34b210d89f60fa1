package io.clickledger.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.apache.iceberg.io.FanoutDataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Writes rows of one table as data files from inside a Spark task, so that one pass over a source
 * can feed several tables. Nobody sees the files before {@link PositionedAppend} commits them.
 * Closing without {@link #complete} deletes them.
 */
public final class TaskFiles implements AutoCloseable {
  private final Table table;
  private final FanoutDataWriter<InternalRow> writer;
  private final PartitionKey partition;
  private final Row row;
  private boolean complete;

  /**
   * @param table a serializable copy, as tasks get them
   * @param task the task that writes: its ids are in the files' names
   */
  public TaskFiles(Table table, TaskContext task) {
    this.table = table;
    StructType schema = SparkSchemaUtil.convert(table.schema());
    Map<String, String> properties = table.properties();
    long targetBytes =
        Long.parseLong(
            properties.getOrDefault(
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                String.valueOf(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT)));
    OutputFileFactory files =
        OutputFileFactory.builderFor(table, task.partitionId(), task.taskAttemptId())
            .format(FileFormat.PARQUET)
            .operationId(UUID.randomUUID().toString())
            .build();
    this.writer = new FanoutDataWriter<>(new Rows(table, schema), files, table.io(), targetBytes);
    this.partition = new PartitionKey(table.spec(), table.schema());
    this.row = new Row(schema);
  }

  /** Adds a row, in the order of the table's columns. */
  public void write(InternalRow values) {
    partition.partition(row.of(values));
    writer.write(values, table.spec(), partition);
  }

  /** Finishes the files. */
  public List<DataFile> complete() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException("finishing files of " + table.name(), e);
    }
    complete = true;
    return writer.result().dataFiles();
  }

  @Override
  public void close() {
    if (!complete) {
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
