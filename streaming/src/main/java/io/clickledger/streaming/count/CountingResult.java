package io.clickledger.streaming.count;

import java.io.Serializable;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import org.apache.iceberg.DataFile;

/**
 * The uncommitted files of one task of CountClicks.
 *
 * @param publisherMatches how many of its clicks matched each rule by their publisher
 * @param unknownIds how many of its clicks have an ad or a publisher that the metadata do not know
 */
public record CountingResult(
    List<DataFile> live,
    List<DataFile> flagged,
    SortedMap<String, Long> publisherMatches,
    long unknownIds)
    implements Serializable {

  /** One table's files of all tasks. */
  public static List<DataFile> of(
      List<CountingResult> written, Function<CountingResult, List<DataFile>> table) {
    return written.stream().flatMap(task -> table.apply(task).stream()).toList();
  }
}
