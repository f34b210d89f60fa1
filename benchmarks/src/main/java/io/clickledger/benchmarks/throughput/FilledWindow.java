package io.clickledger.benchmarks.throughput;

import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.Position;
import io.clickledger.lake.commit.PositionedAppend;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.commit.RawPosition;
import io.clickledger.lake.commit.RecordFiles;
import io.clickledger.lake.landed.OnTimeRule;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.Label;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.TrafficModel;
import io.clickledger.sandbox.simulator.traffic.Trouble;
import io.clickledger.schemas.RawClicks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;

/**
 * A lake as it is after an hour of live traffic, written without the hour: simulated clicks in
 * raw.clicks, landing by landing, and tables that say that all of them are counted. The topic knows
 * nothing of them, and live has no rows: a driver that starts asks for neither.
 */
final class FilledWindow {
  private static final Duration WINDOW = Duration.ofHours(1);

  /** As many tasks write a landing as there are cores in the sandbox. */
  private static final int WRITERS = 2;

  private static final int PARTITIONS = DriverParts.PARTITIONS / WRITERS;
  private static final String COUNT_CLICKS = "count-clicks";
  private static final String VERSION = "benchmark";

  private final Lake lake;
  private final String topicId;
  private final Table raw;
  private final List<Writer> writers;

  FilledWindow(Lake lake, String topicId, Catalogue catalogue, long seed) {
    this.lake = lake;
    this.topicId = topicId;
    this.raw = lake.clicks();
    this.writers =
        IntStream.range(0, WRITERS)
            .mapToObj(
                i ->
                    new Writer(
                        new TrafficModel(catalogue, Trouble.USUAL, seed, i, Optional.empty()), i))
            .toList();
  }

  /** Fills it with so many clicks in landings of so many each. */
  void fill(int clicks, int landing) {
    int landings = Math.max(1, clicks / landing);
    Instant end = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Duration apart = WINDOW.dividedBy(landings);
    Instant first = end.minus(apart.multipliedBy(landings));
    append(raw, QueryNames.LAND_CLICKS, topicId, Optional.empty(), beginning(), first, List.of());
    append(
        lake.rejected(),
        QueryNames.LAND_CLICKS,
        topicId,
        Optional.empty(),
        beginning(),
        first,
        List.of());
    Snapshot last = raw.currentSnapshot();
    for (int i = 1; i <= landings; i++) {
      Instant landedAt = first.plus(apart.multipliedBy(i));
      List<CompletableFuture<List<DataFile>>> written =
          writers.stream()
              .map(
                  writer ->
                      CompletableFuture.supplyAsync(
                          () -> writer.write(landedAt.minus(apart), landedAt, landing / WRITERS)))
              .toList();
      List<DataFile> files =
          written.stream().map(CompletableFuture::join).flatMap(List::stream).toList();
      last =
          append(
              raw,
              QueryNames.LAND_CLICKS,
              topicId,
              Optional.of(beginning()),
              beginning(),
              landedAt,
              files);
    }
    for (Table counted : List.of(lake.flagged(), lake.live())) {
      append(
          counted,
          COUNT_CLICKS,
          raw.uuid().toString(),
          Optional.empty(),
          new RawPosition(last.snapshotId()),
          end,
          List.of());
    }
  }

  private static Snapshot append(
      Table table,
      String query,
      String source,
      Optional<KafkaPosition> from,
      Position to,
      Instant landedThrough,
      List<DataFile> files) {
    return new PositionedAppend(
            query,
            source,
            from,
            to,
            landedThrough,
            Map.of(
                CommittedPosition.ROWS,
                KafkaPosition.of(Map.of()).toString(),
                CommittedPosition.RULES_VERSION,
                VERSION))
        .commit(table, files);
  }

  /** Of a topic that nothing was ever sent to. */
  private static KafkaPosition beginning() {
    return KafkaPosition.of(Map.of())
        .over(IntStream.range(0, DriverParts.PARTITIONS).boxed().collect(Collectors.toSet()));
  }

  /** Writes a share of each landing: the clicks of some Kafka partitions. */
  private final class Writer {
    private final TrafficModel model;
    private final int number;
    private final long[] offsets = new long[PARTITIONS];

    Writer(TrafficModel model, int number) {
      this.model = model;
      this.number = number;
    }

    List<DataFile> write(Instant from, Instant landedAt, int clicks) {
      List<List<Record>> rows = new ArrayList<>();
      for (int i = 0; i < PARTITIONS; i++) {
        rows.add(new ArrayList<>());
      }
      long apart = Duration.between(from, landedAt).toNanos() / clicks;
      for (int i = 0; i < clicks; i++) {
        SimulatedClick click = model.next(from.plusNanos(apart * i));
        if (click.label() != Label.MALFORMED) {
          int partition = i % PARTITIONS;
          rows.get(partition).add(row(click, partition, landedAt));
        }
      }
      List<Record> inOrder = rows.stream().flatMap(List::stream).toList();
      return List.copyOf(RecordFiles.write(raw, "filled-" + number, inOrder));
    }

    private Record row(SimulatedClick click, int partition, Instant landedAt) {
      Record row = RecordFiles.row(raw);
      row.setField(RawClicks.CLICK_ID, click.clickId());
      row.setField(RawClicks.CLICKED_AT, click.clickedAt().atOffset(ZoneOffset.UTC));
      row.setField(RawClicks.SOURCE, "kafka");
      row.setField(RawClicks.AD_ID, click.adId());
      row.setField(RawClicks.PUBLISHER_ID, click.publisherId());
      row.setField(RawClicks.USER_AGENT, click.userAgent());
      row.setField(RawClicks.FRAUD_FLAGS, List.of());
      row.setField(RawClicks.RULES_VERSION, VERSION);
      row.setField(RawClicks.IP_HASH, hash("address of " + click.userId()));
      row.setField(RawClicks.USER_HASH, hash(click.userId()));
      row.setField(RawClicks.HASH_KEY_ID, VERSION);
      row.setField(RawClicks.KAFKA_PARTITION, number * PARTITIONS + partition);
      row.setField(RawClicks.KAFKA_OFFSET, offsets[partition]++);
      row.setField(RawClicks.KAFKA_TIMESTAMP, click.clickedAt().atOffset(ZoneOffset.UTC));
      row.setField(RawClicks.LANDED_AT, landedAt.atOffset(ZoneOffset.UTC));
      row.setField(RawClicks.ON_TIME, OnTimeRule.isOnTime(click.clickedAt(), landedAt));
      return row;
    }

    private String hash(String text) {
      return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
          .toString()
          .replace("-", "");
    }
  }
}
