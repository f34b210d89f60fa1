package io.clickledger.lake.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.TestLake;
import io.clickledger.lake.landed.Landings;
import io.clickledger.lake.migrate.Migrations;
import io.clickledger.schemas.RawClicks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a landing commit adds to the metadata that every later commit writes again. */
class CommitSummariesIT {
  private static final Instant LANDED = Instant.parse("2026-11-20T23:59:58Z");
  private static final Duration INTERVAL = Duration.ofSeconds(3);

  /** Snapshots of an hour, and of the ten minutes between two expiries. */
  private static final long KEPT_SNAPSHOTS = Duration.ofMinutes(70).dividedBy(INTERVAL);

  private static final long MAX_METADATA_BYTES = 3_000_000;

  private static TestLake lake;

  @BeforeAll
  static void start() {
    lake = TestLake.empty();
    new Migrations().migrate(lake.spark(), Instant.EPOCH);
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void staySmallAndExactWithManyPartitions() throws Exception {
    Table raw = LakeTables.load(lake.spark(), RawClicks.TABLE);
    SummaryLandings busy = new SummaryLandings(raw, 64);
    busy.commit(64);
    long small = busy.commits(50, 64);

    double perCommit = (busy.commits(100, 64) - small) / 100.0;
    assertThat(metadataBytes(raw) + perCommit * (KEPT_SNAPSHOTS - busy.positions.size()))
        .isLessThan(MAX_METADATA_BYTES);

    // A thousand partitions of which four have traffic cost what four do.
    busy.addPartitions(1_000);
    busy.commit(64);
    long before = metadataBytes(raw);
    double idle = (busy.commits(50, 4) - before) / 50.0;
    assertThat(idle).isLessThan(perCommit);

    assertThat(CommittedPosition.newest(raw, QueryNames.LAND_CLICKS).orElseThrow().to())
        .isEqualTo(busy.position().toString());
    int at = busy.positions.size();
    for (Snapshot commit :
        SnapshotUtil.ancestorsOf(raw.currentSnapshot().snapshotId(), raw::snapshot)) {
      if (Landings.isLanding(commit)) {
        at--;
        assertThat(CommittedPosition.of(raw, commit).orElseThrow().to())
            .isEqualTo(busy.positions.get(at).toString());
      }
    }
    assertThat(at).isZero();
  }

  private static long metadataBytes(Table table) throws Exception {
    table.refresh();
    String location = ((HasTableOperations) table).operations().current().metadataFileLocation();
    return Files.size(Path.of(location.replaceFirst("^file:(//)?", "")));
  }

  /** Landings of rows that are not there: only the summaries count here. */
  private static final class SummaryLandings {
    private final Table table;
    private final SortedMap<Integer, Long> next = new TreeMap<>();
    final List<KafkaPosition> positions = new java.util.ArrayList<>();

    SummaryLandings(Table table, int partitions) {
      this.table = table;
      addPartitions(partitions);
    }

    void addPartitions(int partitions) {
      for (int partition = next.size(); partition < partitions; partition++) {
        next.put(partition, 9_876_543_210L + partition);
      }
    }

    KafkaPosition position() {
      return KafkaPosition.of(next);
    }

    long commits(int count, int busy) throws Exception {
      for (int i = 0; i < count; i++) {
        commit(busy);
      }
      return metadataBytes(table);
    }

    /** 5,000 records a second over the busy partitions. */
    void commit(int busy) {
      Optional<KafkaPosition> from =
          positions.isEmpty() ? Optional.empty() : Optional.of(positions.get(positions.size() - 1));
      SortedMap<Integer, Long> rows = new TreeMap<>();
      for (int partition = 0; partition < busy; partition++) {
        next.merge(partition, 15_000L / busy + partition, Long::sum);
        rows.put(partition, 15_000L / busy);
      }
      new PositionedAppend(
              QueryNames.LAND_CLICKS,
              UUID.nameUUIDFromBytes(new byte[16]).toString(),
              from,
              position(),
              LANDED.plus(INTERVAL.multipliedBy(positions.size())),
              Map.of(
                  CommittedPosition.ROWS,
                  KafkaPosition.of(rows).toString(),
                  CommittedPosition.RULES_VERSION,
                  "2026-11-01"))
          .commit(table, List.of());
      positions.add(position());
    }
  }
}
