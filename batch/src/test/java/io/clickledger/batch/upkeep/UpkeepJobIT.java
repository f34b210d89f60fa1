package io.clickledger.batch.upkeep;

import static io.clickledger.batch.billing.run.TestClick.click;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.audit.AuditJob;
import io.clickledger.batch.audit.TestArguments;
import io.clickledger.batch.billing.run.BillingLake;
import io.clickledger.batch.billing.run.RollUpClicksJob;
import io.clickledger.batch.billing.run.StreamedLake;
import io.clickledger.batch.billing.run.StreamedLake.Arrival;
import io.clickledger.batch.billing.run.TestClick;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTotals;
import io.clickledger.programs.TryLaterException;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.ClosedDays;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One lake that streams wrote to for some days, and what upkeep makes of it. */
class UpkeepJobIT {
  private static final Instant NOW = Instant.parse("2026-11-24T03:00:00Z");

  /**
   * Where the billing run had read raw.clicks to: between two landings of the hour that follows.
   */
  private static final Instant PUBLISHED = Instant.parse("2026-11-23T20:30:00Z");

  private static BillingLake lake;
  private static StreamedLake streams;
  private static int clicks;

  @BeforeAll
  static void start() {
    lake = BillingLake.migrated();
    streams = new StreamedLake(lake.spark(), "topic-id");
    // A day beyond keeping, then an hour of eight landings around the publication, then one hour
    // that has ended but is young, with a late click of the first hour in it.
    land("2026-10-18T10:00:30Z", List.of("2026-10-18T10:00:00Z"), List.of());
    for (int i = 0; i < 8; i++) {
      String minute = "2026-11-23T20:%02d".formatted(i * 7);
      land(minute + ":30Z", List.of(minute + ":00Z", "2026-11-23T20:01:00Z"), List.of(1));
    }
    for (int i = 0; i < 3; i++) {
      String minute = "2026-11-24T01:%02d".formatted(i * 7);
      land(minute + ":30Z", List.of(minute + ":00Z", "2026-11-23T20:01:00Z"), List.of());
    }
    new Publications(LakeTables.load(lake.spark(), BillingPublications.TABLE))
        .append(
            OptionalLong.empty(),
            new Publication(
                1,
                PUBLISHED,
                "run",
                Instant.parse("2026-11-24T00:00:00Z"),
                Map.of(),
                table(LiveClicksByMinute.TABLE).currentSnapshot().snapshotId(),
                Map.of(0, 1L),
                PUBLISHED,
                List.of(),
                ClosedDays.NONE,
                PublishedTotals.UNKNOWN));
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  private static void land(String landedAt, List<String> clickedAt, List<Integer> rejected) {
    List<Arrival> arrivals = new ArrayList<>();
    // A pair of partitions; each third click repeats the one before it.
    clickedAt.forEach(
        at -> {
          int id = clicks++;
          TestClick click = click("click-" + (id % 3 == 2 ? id - 1 : id), at);
          arrivals.add(new Arrival.Clicked(id % 2, click));
        });
    rejected.forEach(partition -> arrivals.add(new Arrival.Refused(partition)));
    streams.land(Instant.parse(landedAt), arrivals);
    streams.count();
  }

  @Test
  void changesNoSumWhateverItMergesAndDeletes() throws Exception {
    doesNotRunTwiceAtATime();
    foldsNothingWhileANightRuns();
    foldsNothingThatWouldChangeATotal();
    foldsBesideAStreamWithoutChangingASum();
    leavesOneRowForEachGrainOnEitherSideOfThePublication();
    keepsTheLakeInOrderAndSaysSo();
    deletesOldFilesThatNoSnapshotKnows();
    runAgainDoesNothing();
    theAuditFindsNothingWrongAfterIt();
  }

  private void doesNotRunTwiceAtATime() {
    try (AdvisoryLock lock =
        AdvisoryLock.take(CatalogDatabase.of(lake.settings().lake()), "upkeep").orElseThrow()) {
      lock.requireHeld();
      assertThatThrownBy(UpkeepJobIT::upkeep)
          .isInstanceOf(TryLaterException.class)
          .hasMessageContaining("another upkeep");
    }
  }

  private void foldsNothingWhileANightRuns() {
    List<Row> partials = partials();
    Table live = table(LiveClicksByMinute.TABLE);
    long files = filesUnder(live);

    try (AdvisoryLock night =
        AdvisoryLock.take(CatalogDatabase.of(lake.settings().lake()), RollUpClicksJob.LOCK)
            .orElseThrow()) {
      night.requireHeld();
      assertThat(fold().stopped())
          .hasValueSatisfying(why -> why.contains("billing run is in progress"));
    }

    assertThat(partials()).isEqualTo(partials);
    assertThat(filesUnder(live)).isEqualTo(files);
  }

  private void foldsNothingThatWouldChangeATotal() {
    List<Row> partials = partials();
    Table live = table(LiveClicksByMinute.TABLE);
    long files = filesUnder(live);

    assertThatThrownBy(
            () -> folding((rows, through) -> LiveFold.foldedRows(rows.limit(9), through)).fold(NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("would change its totals");

    assertThat(partials()).isEqualTo(partials);
    assertThat(filesUnder(live)).isEqualTo(files);
  }

  private void foldsBesideAStreamWithoutChangingASum() throws Exception {
    List<Row> sums = streams.liveSums();
    List<Long> pending = pendingByLanding();
    int before = dataFiles(LiveClicksByMinute.TABLE);
    ExecutorService stream = Executors.newSingleThreadExecutor();
    LiveFold.Outcome outcome;
    try {
      Future<?> appends =
          stream.submit(
              () -> {
                for (int i = 0; i < 6; i++) {
                  streams.append(
                      LiveClicksByMinute.TABLE,
                      List.of(
                          streams.partial(
                              click("", "2026-11-23T20:01:00Z"),
                              NOW.plus(Duration.ofDays(1)),
                              5,
                              0)));
                }
              });
      outcome = fold();
      appends.get();
    } finally {
      stream.shutdown();
    }

    assertThat(outcome.stopped()).isEmpty();
    assertThat(outcome.before()).isPositive();
    assertThat(dataFiles(LiveClicksByMinute.TABLE)).isLessThan(before + 6);
    // Take the stream's six partials away again, and it is what it was.
    long added =
        lake.spark()
            .sql(
                "SELECT SUM(gross_clicks) FROM live.clicks_by_minute WHERE landed_at >= '2026-11-25 03:00:00'")
            .first()
            .getLong(0);
    assertThat(added).isEqualTo(30);
    delete("minute = '2026-11-23 20:01:00' AND landed_at >= '2026-11-25 03:00:00'");
    assertThat(streams.liveSums()).isEqualTo(sums);
    assertThat(pendingByLanding()).isEqualTo(pending);
  }

  private void leavesOneRowForEachGrainOnEitherSideOfThePublication() {
    fold();

    List<Row> rows =
        lake.spark()
            .sql(
                "SELECT landed_at FROM live.clicks_by_minute WHERE minute = '2026-11-23 20:01:00'"
                    + " ORDER BY landed_at")
            .collectAsList();

    // Landed before the publication's cut, after it, and on the next day.
    assertThat(rows)
        .extracting(row -> row.getTimestamp(0).toInstant())
        .containsExactly(
            Instant.parse("2026-11-23T20:28:30Z"),
            Instant.parse("2026-11-23T20:49:30Z"),
            Instant.parse("2026-11-24T01:14:30Z"));
    assertThat(fold().before()).isZero();
  }

  private void keepsTheLakeInOrderAndSaysSo() {
    List<Row> sums = streams.liveSums();
    List<Row> raw = rows(RawClicks.TABLE);

    List<String> lines = upkeep();

    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).isEqualTo("live folded: 0 files became 0");
    assertThat(lines.get(1))
        .isEqualTo(
            "rows deleted by age: live.clicks_by_minute 1, live.flagged_clicks 0,"
                + " raw.rejected_clicks 0, raw.clicks 0");
    assertThat(lines.get(2)).contains("raw.clicks 8 became 1", "raw.rejected_clicks 8 became 1");
    assertThat(rows(RawClicks.TABLE)).isEqualTo(raw);
    assertThat(table(RawClicks.TABLE).currentSnapshot().operation())
        .isEqualTo(DataOperations.REPLACE);
    assertThat(streams.liveSums()).isEqualTo(sums.subList(1, sums.size()));
    // The young hour is as the stream left it: on-time and late clicks apart.
    assertThat(dataFiles(RawClicks.TABLE)).isEqualTo(1 + 1 + 3 + 3);
  }

  private void deletesOldFilesThatNoSnapshotKnows() throws IOException {
    List<Row> raw = rows(RawClicks.TABLE);
    Path old = fileOf(RawClicks.TABLE, "old.parquet", NOW.minus(Duration.ofDays(4)));
    Path young = fileOf(RawClicks.TABLE, "young.parquet", NOW.minus(Duration.ofDays(2)));

    long deleted =
        new OrphanFiles(lake.spark(), table(RawClicks.TABLE))
            .deleteOlderThan(NOW.minus(Duration.ofDays(3)));

    assertThat(deleted).isEqualTo(1);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(rows(RawClicks.TABLE)).isEqualTo(raw);
  }

  private void runAgainDoesNothing() {
    Map<String, Long> before = snapshots();

    List<String> lines = upkeep();

    assertThat(lines.get(0)).isEqualTo("live folded: 0 files became 0");
    assertThat(lines.get(1)).matches("rows deleted by age: ([a-z_.]+ 0(, )?)+");
    assertThat(lines.get(2)).matches("files compacted: ([a-z_.]+ 0 became 0(, )?)+");
    assertThat(lines.get(3)).matches("manifests merged: ([a-z_.]+ 0(, )?)+");
    assertThat(lines).hasSize(4);
    assertThat(snapshots()).isEqualTo(before);
  }

  private void theAuditFindsNothingWrongAfterIt() {
    List<String> proof = new ArrayList<>();
    AuditJob audit = new AuditJob(lake.spark(), lake.settings(), proof::add);

    List<String> findings =
        audit.run(
            TestArguments.audit(List.of("--from", "2026-11-23", "--to", "2026-11-25"), NOW), NOW);

    // There is no billing run behind this lake's publication, which the audit finds.
    assertThat(findings).allMatch(finding -> finding.startsWith("publication 1"));
    assertThat(proof)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("22 clicks", "equal to raw.clicks in each minute and ad"));
    assertThat(
            audit.run(
                TestArguments.audit(List.of("--from", "2026-11-24", "--to", "2026-11-25"), NOW),
                NOW))
        .isEqualTo(findings);
  }

  private static List<String> upkeep() {
    List<String> lines = new ArrayList<>();
    new UpkeepJob(lake.spark(), lake.settings(), lines::add).run(NOW, UpkeepJob.Orphans.LEAVE);
    return lines;
  }

  private static LiveFold.Outcome fold() {
    return folding(LiveFold::foldedRows).fold(NOW);
  }

  private static LiveFold folding(LiveFold.Fold fold) {
    return new LiveFold(
        lake.spark(),
        table(LiveClicksByMinute.TABLE),
        new Publications(table(BillingPublications.TABLE)),
        CatalogDatabase.of(lake.settings().lake()),
        fold);
  }

  private static Table table(TableName name) {
    return LakeTables.load(lake.spark(), name);
  }

  private static List<Row> partials() {
    return lake.spark()
        .sql("SELECT minute, landed_at, gross_clicks FROM live.clicks_by_minute ORDER BY 1, 2")
        .collectAsList();
  }

  private static List<Row> rows(TableName table) {
    return lake.spark()
        .table(table.toString())
        .orderBy(RawClicks.KAFKA_PARTITION, RawClicks.KAFKA_OFFSET)
        .select(RawClicks.KAFKA_PARTITION, RawClicks.KAFKA_OFFSET, RawClicks.LANDED_AT)
        .collectAsList();
  }

  /**
   * How many clicks wait for the next billing run, as of this publication and as of a later one.
   */
  private static List<Long> pendingByLanding() {
    return List.of(PUBLISHED, Instant.parse("2026-11-24T00:30:00Z")).stream()
        .map(
            through ->
                lake.spark()
                    .sql(
                        "SELECT SUM(gross_clicks) FROM live.clicks_by_minute WHERE landed_at >"
                            + " TIMESTAMP '"
                            + through
                            + "'")
                    .first()
                    .getLong(0))
        .toList();
  }

  private static void delete(String condition) {
    lake.spark().sql("DELETE FROM live.clicks_by_minute WHERE " + condition);
  }

  private static int dataFiles(TableName name) {
    int files = 0;
    try (CloseableIterable<FileScanTask> tasks = table(name).newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        files += task.file() == null ? 0 : 1;
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return files;
  }

  private static long filesUnder(Table table) {
    try (var files = Files.walk(Path.of(URI.create(table.location())).resolve("data"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Long> snapshots() {
    Map<String, Long> snapshots = new TreeMap<>();
    for (TableName name :
        List.of(RawClicks.TABLE, RawRejectedClicks.TABLE, LiveClicksByMinute.TABLE)) {
      snapshots.put(name.toString(), table(name).currentSnapshot().snapshotId());
    }
    return snapshots;
  }

  private static Path fileOf(TableName table, String name, Instant modified) throws IOException {
    Path data = Path.of(URI.create(table(table).location())).resolve("data");
    Path file = Files.writeString(data.resolve(name), "left behind");
    Files.setLastModifiedTime(file, FileTime.from(modified));
    return file;
  }
}
