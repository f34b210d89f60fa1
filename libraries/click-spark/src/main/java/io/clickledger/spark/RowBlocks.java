package io.clickledger.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.io.CompressionCodec;
import org.apache.spark.io.LZ4CompressionCodec;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructType;

/**
 * Rows as compressed blocks of bytes. As objects, rows cost several times as much to keep: one
 * object of Java's serialization each on disk, one for the garbage collector in memory.
 */
final class RowBlocks {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 13;
  private static final int END = -1;

  private RowBlocks() {}

  private static CompressionCodec codec() {
    return new LZ4CompressionCodec(SparkEnv.get().conf());
  }

  /** Makes blocks of the rows of a task. */
  record Writer(StructType schema) implements FlatMapFunction<Iterator<InternalRow>, byte[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<byte[]> call(Iterator<InternalRow> rows) {
      UnsafeProjection projection = UnsafeProjection.create(schema);
      byte[] buffer = new byte[BUFFER_BYTES];
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public byte[] next() {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          try (DataOutputStream out = new DataOutputStream(codec().compressedOutputStream(bytes))) {
            for (long written = 0; written < BLOCK_BYTES && rows.hasNext(); ) {
              InternalRow row = rows.next();
              UnsafeRow packed = row instanceof UnsafeRow ready ? ready : projection.apply(row);
              out.writeInt(packed.getSizeInBytes());
              packed.writeToStream(out, buffer);
              written += packed.getSizeInBytes();
            }
            out.writeInt(END);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return bytes.toByteArray();
        }
      };
    }
  }

  /** Takes the rows out again; one row object is used for all of them. */
  record Reader(int fields) implements FlatMapFunction<Iterator<byte[]>, InternalRow> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<InternalRow> call(Iterator<byte[]> blocks) {
      return new Rows(blocks, fields);
    }
  }

  private static final class Rows implements Iterator<InternalRow> {
    private final Iterator<byte[]> blocks;
    private final UnsafeRow row;
    private byte[] bytes = new byte[BUFFER_BYTES];
    private DataInputStream block = new DataInputStream(new ByteArrayInputStream(new byte[0]));

    /** Bytes of the next row; unknown while it is 0. */
    private int size;

    Rows(Iterator<byte[]> blocks, int fields) {
      this.blocks = blocks;
      this.row = new UnsafeRow(fields);
      this.size = END;
    }

    @Override
    public boolean hasNext() {
      try {
        if (size == 0) {
          size = block.readInt();
        }
        while (size == END && blocks.hasNext()) {
          block =
              new DataInputStream(
                  codec().compressedInputStream(new ByteArrayInputStream(blocks.next())));
          size = block.readInt();
        }
        return size != END;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more rows");
      }
      try {
        if (bytes.length < size) {
          bytes = new byte[Math.max(size, 2 * bytes.length)];
        }
        block.readFully(bytes, 0, size);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      row.pointTo(bytes, size);
      size = 0;
      return row;
    }
  }
}
