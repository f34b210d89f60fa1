package io.clickledger.benchmarks.billing;

import io.clickledger.lake.commit.RecordFiles;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.Label;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.TrafficModel;
import io.clickledger.sandbox.simulator.traffic.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;

/**
 * Writes a share of the traffic as files of raw.clicks: some Kafka partitions, in files of many
 * landings, as compaction leaves them. For one thread.
 */
final class LandedTraffic {
  /** Bounds the memory; a file of them is a group of rows of Parquet. */
  private static final int MAX_ROWS_OF_FILE = 200_000;

  private final Table raw;
  private final ClickRows rows;
  private final TrafficModel model;
  private final int firstPartition;
  private final long[] offsets;
  private final List<Record> ofFile = new ArrayList<>();
  private final List<List<Record>> ofLanding = new ArrayList<>();

  /**
   * @param run distinguishes its clicks from those of others
   * @param firstPartition number of its first Kafka partition
   * @param offsets the next one of each of its partitions
   */
  LandedTraffic(
      Table raw,
      Catalogue catalogue,
      Trouble trouble,
      Optional<Duration> lateUpTo,
      long seed,
      long run,
      int firstPartition,
      long[] offsets) {
    this.raw = raw;
    this.rows = new ClickRows(raw, catalogue);
    this.model =
        new TrafficModel(
            catalogue, trouble, seed, run, Optional.empty(), Optional.empty(), lateUpTo);
    this.firstPartition = firstPartition;
    this.offsets = offsets;
    for (int i = 0; i < offsets.length; i++) {
      ofLanding.add(new ArrayList<>());
    }
  }

  /** Writes what comes in (from, to], both of them landings. */
  List<DataFile> write(Instant from, Instant to, int clicks, Duration landing) {
    List<DataFile> files = new ArrayList<>();
    long nanosApart = Duration.between(from, to).toNanos() / Math.max(1, clicks);
    Instant landedAt = from.plus(landing);
    for (int i = 0; i < clicks; i++) {
      Instant now = from.plusNanos(nanosApart * i);
      while (!now.isBefore(landedAt)) {
        land(files);
        landedAt = landedAt.plus(landing);
      }
      SimulatedClick click = model.next(now);
      if (click.label() != Label.MALFORMED) {
        int partition = i % offsets.length;
        ofLanding
            .get(partition)
            .add(rows.row(click, firstPartition + partition, offsets[partition]++, landedAt));
      }
    }
    land(files);
    file(files);
    return files;
  }

  private void land(List<DataFile> files) {
    for (List<Record> ofPartition : ofLanding) {
      ofFile.addAll(ofPartition);
      ofPartition.clear();
    }
    if (ofFile.size() >= MAX_ROWS_OF_FILE) {
      file(files);
    }
  }

  private void file(List<DataFile> files) {
    if (!ofFile.isEmpty()) {
      files.addAll(RecordFiles.write(raw, "filled-" + firstPartition, ofFile));
      ofFile.clear();
    }
  }
}
