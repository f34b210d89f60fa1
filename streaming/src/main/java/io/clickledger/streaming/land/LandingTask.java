package io.clickledger.streaming.land;

import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.TaskFiles;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResult;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.spark.AnalysisBudget;
import io.clickledger.spark.UnanalysedField;
import io.clickledger.streaming.query.MetadataCache;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.functions;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The task of LandClicks: it writes each record as a row of raw.clicks or of raw.rejected_clicks,
 * in one pass. Which of the two is a pure function of the record's value and timestamp; enrichment
 * only adds columns.
 */
final class LandingTask implements FlatMapFunction<Iterator<InternalRow>, LandingResult> {
  private static final long serialVersionUID = 1L;

  /** Columns of a record, in the order in which they are read here. */
  static final Column[] RECORD =
      List.of("value", "partition", "offset", "timestamp").stream()
          .map(functions::col)
          .toArray(Column[]::new);

  private final Target clicks;
  private final Target rejected;
  private final ClickRows rows;
  private final Broadcast<VersionDirectory<AdVersion>> ads;
  private final Broadcast<FraudRules> rules;

  /** A table and the position that it has reached: records before the position are skipped. */
  record Target(Broadcast<Table> table, KafkaPosition end) implements java.io.Serializable {}

  LandingTask(Target clicks, Target rejected, MetadataCache.Snapshot metadata, ClickRows rows) {
    this.clicks = clicks;
    this.rejected = rejected;
    this.ads = metadata.ads();
    this.rules = metadata.rules();
    this.rows = rows;
  }

  @Override
  public Iterator<LandingResult> call(Iterator<InternalRow> records) {
    TaskContext task = TaskContext.get();
    ClickRows.ReferenceData referenceData =
        new ClickRows.ReferenceData(ads.value(), rules.value(), AnalysisBudget.ofTask());
    try (Output clickOutput = new Output(clicks, task);
        Output rejectedOutput = new Output(rejected, task)) {
      while (records.hasNext()) {
        InternalRow record = records.next();
        byte[] value = record.isNullAt(0) ? null : record.getBinary(0);
        KafkaRecord at = new KafkaRecord(record.getInt(1), record.getLong(2), record.getLong(3));
        ReadResult reading = ClickReader.read(value, at.timestamp());
        if (reading instanceof ReadResult.Accepted accepted) {
          if (clickOutput.isNew(at)) {
            InternalRow click = rows.click(accepted.click(), at, referenceData, clickOutput::note);
            clickOutput.write(click, at);
            clickOutput.note(click.getArray(ClickRows.FRAUD_FLAGS));
          }
        } else if (rejectedOutput.isNew(at)) {
          InternalRow rejection = rows.rejected((ReadResult.Rejected) reading, value, at);
          rejectedOutput.write(rejection, at);
          rejectedOutput.note(rejection.getUTF8String(ClickRows.REASON));
        }
      }
      LandingResult written = new LandingResult(clickOutput.complete(), rejectedOutput.complete());
      clickOutput.files.keep();
      rejectedOutput.files.keep();
      return List.of(written).iterator();
    }
  }

  /**
   * Coordinates of a record.
   *
   * @param micros its timestamp, microseconds since the epoch
   */
  record KafkaRecord(int partition, long offset, long micros) {
    Instant timestamp() {
      return Instant.ofEpochMilli(Math.floorDiv(micros, 1000L));
    }
  }

  /** The files of one table. */
  private static final class Output implements AutoCloseable {
    private final KafkaPosition end;
    private final TaskFiles files;
    private final Map<Integer, Long> rows = new TreeMap<>();
    private final Map<Integer, Long> redelivered = new TreeMap<>();
    private final SortedMap<String, Long> noted = new TreeMap<>();
    private final SortedMap<String, Long> unanalysed = new TreeMap<>();

    Output(Target target, TaskContext task) {
      this.end = target.end();
      this.files = new TaskFiles(target.table().value(), task);
    }

    /** False for a record that the table already has; it is counted as redelivered. */
    boolean isNew(KafkaRecord at) {
      boolean isNew = at.offset() >= end.of(at.partition());
      if (!isNew) {
        redelivered.merge(at.partition(), 1L, Long::sum);
      }
      return isNew;
    }

    void write(InternalRow row, KafkaRecord at) {
      files.write(row);
      rows.merge(at.partition(), 1L, Long::sum);
    }

    /** Counts the row under each of them. */
    void note(ArrayData flags) {
      for (int i = 0; i < flags.numElements(); i++) {
        note(flags.getUTF8String(i));
      }
    }

    void note(UTF8String what) {
      noted.merge(what.toString(), 1L, Long::sum);
    }

    void note(UnanalysedField value) {
      unanalysed.merge(value.wireName(), 1L, Long::sum);
    }

    LandingResult.TableFiles complete() {
      return new LandingResult.TableFiles(
          files.complete(),
          KafkaPosition.of(rows),
          KafkaPosition.of(redelivered),
          noted,
          unanalysed);
    }

    @Override
    public void close() {
      files.close();
    }
  }
}
