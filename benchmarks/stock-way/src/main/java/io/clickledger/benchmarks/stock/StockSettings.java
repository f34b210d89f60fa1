package io.clickledger.benchmarks.stock;

import io.clickledger.lake.LakeSettings;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.settings.Secret;
import java.nio.file.Path;
import java.time.Duration;

/** The streaming driver's settings under the same keys, as far as the stock way has them. */
public record StockSettings(
    Kafka kafka, LakeSettings lake, MetadataSettings metadata, Privacy privacy, Stock stock) {

  /** The topic that clicks come from. */
  public record Kafka(String bootstrapServers, String clickTopic) {}

  /** Key of the pseudonyms, in hex. */
  public record Privacy(Secret hashKey) {}

  /**
   * How it runs.
   *
   * @param milestones folder of the files that tell the benchmark how far it is
   */
  public record Stock(
      String checkpoints, long maxOffsetsPerBatch, Duration dedupWindow, Path milestones) {}
}
