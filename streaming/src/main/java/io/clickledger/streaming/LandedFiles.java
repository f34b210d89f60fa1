package io.clickledger.streaming;

import io.clickledger.lake.KafkaPosition;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.DataFile;

/** What one task of LandClicks wrote, not yet committed. */
record LandedFiles(Of clicks, Of rejected) implements Serializable {

  /**
   * Files of one table.
   *
   * @param rows how many rows of each Kafka partition are in them
   * @param again how many of its records of each partition were in the table before
   * @param noted rows by what is of note: the rules that a click matched, the reason of a rejection
   * @param unanalysed values that could not be analysed, by what they are
   */
  record Of(
      List<DataFile> files,
      KafkaPosition rows,
      KafkaPosition again,
      SortedMap<String, Long> noted,
      SortedMap<String, Long> unanalysed)
      implements Serializable {

    long total() {
      return rows.next().values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** One table's files of all tasks. */
  static Of sum(List<LandedFiles> written, Function<LandedFiles, Of> table) {
    List<DataFile> files = new ArrayList<>();
    KafkaPosition rows = new KafkaPosition(new TreeMap<>());
    KafkaPosition again = rows;
    SortedMap<String, Long> noted = new TreeMap<>();
    SortedMap<String, Long> unanalysed = new TreeMap<>();
    for (LandedFiles task : written) {
      Of of = table.apply(task);
      files.addAll(of.files());
      rows = rows.plus(of.rows());
      again = again.plus(of.again());
      of.noted().forEach((note, count) -> noted.merge(note, count, Long::sum));
      of.unanalysed().forEach((value, count) -> unanalysed.merge(value, count, Long::sum));
    }
    return new Of(files, rows, again, noted, unanalysed);
  }
}
