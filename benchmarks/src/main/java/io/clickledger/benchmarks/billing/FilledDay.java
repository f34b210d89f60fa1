package io.clickledger.benchmarks.billing;

import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.PositionedAppend;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.TrafficModel;
import io.clickledger.sandbox.simulator.traffic.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;

/**
 * Fills raw.clicks by the hour: a commit has many landings, as if compaction had written their
 * files together. Landings go on where those before ended.
 */
final class FilledDay {
  /** As many threads write as there are cores in the sandbox. */
  private static final int WRITERS = 2;

  private static final int PARTITIONS = DriverParts.PARTITIONS / WRITERS;

  private final Table raw;
  private final Table rejected;
  private final String topicId;
  private final Catalogue catalogue;
  private final BillingRunLoad load;
  private final long[][] offsets = new long[WRITERS][PARTITIONS];
  private Instant landedThrough;
  private KafkaPosition position = position();

  FilledDay(Table raw, Table rejected, String topicId, Catalogue catalogue, BillingRunLoad load) {
    this.raw = raw;
    this.rejected = rejected;
    this.topicId = topicId;
    this.catalogue = catalogue;
    this.load = load;
  }

  /** Says where landing begins. */
  void begin(Instant start) {
    landedThrough = start;
    for (Table table : List.of(raw, rejected)) {
      append(table, Optional.empty(), List.of(), KafkaPosition.of(Map.of()));
    }
  }

  Instant landedThrough() {
    return landedThrough;
  }

  /** Lands usual traffic until then, by its own clock. */
  void land(Instant through, Trouble trouble, Optional<Duration> lateUpTo, long run) {
    List<LandedTraffic> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(
          new LandedTraffic(
              raw,
              catalogue,
              trouble,
              lateUpTo,
              load.seed(),
              run * WRITERS + i,
              i * PARTITIONS,
              offsets[i]));
    }
    while (landedThrough.isBefore(through)) {
      Instant from = landedThrough;
      Instant hour = from.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
      Instant to = hour.isBefore(through) ? hour : through;
      double share =
          TrafficModel.activity(from) * Duration.between(from, to).toSeconds() / 86_400.0;
      int clicks = (int) Math.round(load.clicks() * share / WRITERS);
      List<CompletableFuture<List<DataFile>>> written =
          writers.stream()
              .map(
                  writer ->
                      CompletableFuture.supplyAsync(
                          () -> writer.write(from, to, clicks, load.landing())))
              .toList();
      List<DataFile> files =
          written.stream().map(CompletableFuture::join).flatMap(List::stream).toList();
      KafkaPosition before = position;
      position = position();
      landedThrough = to;
      Map<Integer, Long> rows = new HashMap<>();
      position.next().forEach((partition, end) -> rows.put(partition, end - before.of(partition)));
      append(raw, Optional.of(before), files, KafkaPosition.of(rows));
      append(rejected, Optional.of(before), List.of(), KafkaPosition.of(Map.of()));
    }
  }

  private KafkaPosition position() {
    Map<Integer, Long> next = new HashMap<>();
    for (int i = 0; i < WRITERS; i++) {
      for (int j = 0; j < PARTITIONS; j++) {
        next.put(i * PARTITIONS + j, offsets[i][j]);
      }
    }
    return KafkaPosition.of(next);
  }

  private void append(
      Table table, Optional<KafkaPosition> from, List<DataFile> files, KafkaPosition rows) {
    new PositionedAppend(
            QueryNames.LAND_CLICKS,
            topicId,
            from,
            position,
            landedThrough,
            Map.of(
                CommittedPosition.ROWS,
                rows.toString(),
                CommittedPosition.RULES_VERSION,
                FraudRules.shipped().version()))
        .commit(table, files);
  }
}
