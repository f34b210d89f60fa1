package io.clickledger.streaming;

import io.clickledger.lake.KafkaPosition;
import java.io.Serializable;
import java.util.List;
import org.apache.iceberg.DataFile;

/** What one task of LandClicks wrote, not yet committed. */
record LandedFiles(Of clicks, Of rejected) implements Serializable {

  /**
   * Files of one table.
   *
   * @param rows how many rows of each Kafka partition are in them
   */
  record Of(List<DataFile> files, KafkaPosition rows) implements Serializable {}
}
