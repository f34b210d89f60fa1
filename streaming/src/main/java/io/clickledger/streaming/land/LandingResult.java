package io.clickledger.streaming.land;

import io.clickledger.lake.commit.KafkaPosition;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.DataFile;

/** The uncommitted files of one task of LandClicks. */
record LandingResult(TableFiles clicks, TableFiles rejected) implements Serializable {

  /**
   * Files of one table.
   *
   * @param rows how many rows of each Kafka partition are in them
   * @param redelivered by partition, how many records the table already had
   * @param noted number of rows by fraud rule that a click matched, or by rejection reason
   * @param unanalysed number of values that could not be analysed, by field
   */
  record TableFiles(
      List<DataFile> files,
      KafkaPosition rows,
      KafkaPosition redelivered,
      SortedMap<String, Long> noted,
      SortedMap<String, Long> unanalysed)
      implements Serializable {

    long total() {
      return rows.next().values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** One table's files of all tasks. */
  static TableFiles sum(List<LandingResult> written, Function<LandingResult, TableFiles> table) {
    List<DataFile> files = new ArrayList<>();
    KafkaPosition rows = new KafkaPosition(new TreeMap<>());
    KafkaPosition redelivered = rows;
    SortedMap<String, Long> noted = new TreeMap<>();
    SortedMap<String, Long> unanalysed = new TreeMap<>();
    for (LandingResult task : written) {
      TableFiles taskFiles = table.apply(task);
      files.addAll(taskFiles.files());
      rows = rows.plus(taskFiles.rows());
      redelivered = redelivered.plus(taskFiles.redelivered());
      taskFiles.noted().forEach((note, count) -> noted.merge(note, count, Long::sum));
      taskFiles.unanalysed().forEach((value, count) -> unanalysed.merge(value, count, Long::sum));
    }
    return new TableFiles(files, rows, redelivered, noted, unanalysed);
  }
}
