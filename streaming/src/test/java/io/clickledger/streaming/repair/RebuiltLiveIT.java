package io.clickledger.streaming.repair;

import static io.clickledger.rules.contract.Clicks.click;
import static io.clickledger.rules.contract.Clicks.clickId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.history.LandedWindow;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.DayReplacement;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.streaming.count.CountClicks;
import io.clickledger.streaming.driver.Lake;
import io.clickledger.streaming.query.MetadataCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Live derived again from raw.clicks. */
class RebuiltLiveIT {
  private static Lake lake;

  private final List<String> printed = new ArrayList<>();

  @BeforeAll
  static void startLake() {
    lake = new Lake();
    Instant now = Instant.now();
    for (int landing = 0; landing < 4; landing++) {
      for (int i = 0; i < 10; i++) {
        String name = "on-time-" + landing + "-" + i;
        lake.send(name, click(name).userId(name).clickedAt(now.minusSeconds(40L * i)).bytes());
      }
      // The same click again in each landing, and another one of a user who repeats himself.
      lake.send("k", click("again").userId("again").clickedAt(now).bytes());
      lake.send("k", click("farm-" + landing).userId("farmer").clickedAt(now).bytes());
      lake.send(
          "k",
          click("late-" + landing)
              .userId("late-" + landing)
              .clickedAt(now.minus(Duration.ofDays(20)))
              .bytes());
      lake.land();
      lake.count();
    }
    assertThat(countedInLive()).isEqualTo(countedInRaw());
    lake.save();
  }

  @BeforeEach
  void restoreLake() {
    lake.restore();
  }

  @AfterAll
  static void stopLake() {
    lake.close();
  }

  @Test
  void rebuildsWhatIsWrongBesideArrivingClicks() throws Exception {
    List<String> live = live();
    List<String> flagged = flagged();
    assertThat(flagged).hasSizeGreaterThanOrEqualTo(3);
    spoil();
    assertThat(countedInLive()).isNotEqualTo(countedInRaw());
    StreamingQuery landing = lake.landClicks().start();
    StreamingQuery counting = lake.countClicks().start();
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService sender = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> sent = sender.submit(() -> sendUntil(done));
      lake.rebuildLive(printed::add).run(options(), Instant.now());
      done.set(true);
      assertThat(sent.get()).isPositive();
    } finally {
      sender.shutdownNow();
      Lake.run(landing);
      Lake.run(counting);
    }

    assertThat(printed).anyMatch(line -> line.contains("clicks counted again"));
    assertThat(countedInLive()).isEqualTo(countedInRaw());
    assertThat(live()).containsAll(live);
    // Those that arrive may be too many for one address.
    assertThat(flagged()).containsAll(flagged).doesNotHaveDuplicates();
  }

  @Test
  void resumesAfterAKillBetweenItsCommits() {
    List<String> live = live();
    List<String> flagged = flagged();
    spoil();
    List<String> spoilt = live();

    DayRecount.Written written = lake.dayRecount().write(landedOnLastDay(), copy());

    assertThat(live()).as("killed before the commits").isEqualTo(spoilt);
    replacement(lake.iceberg(LiveFlaggedClicks.TABLE), through()).commit(written.flagged());
    assertThat(flagged()).as("killed between the commits").isEqualTo(flagged);
    assertThat(live()).isEqualTo(spoilt);

    lake.rebuildLive(printed::add).run(options(), Instant.now());
    lake.rebuildLive(printed::add).run(options(), Instant.now());
    assertThat(live()).isEqualTo(live);
    assertThat(flagged()).isEqualTo(flagged);
    assertThat(countedInLive()).isEqualTo(countedInRaw());
  }

  @Test
  void replacesTheFilesThatUpkeepWroteMeanwhile() {
    List<String> live = live();
    DayRecount.Written written = lake.dayRecount().write(landedOnLastDay(), copy());
    AtomicInteger asked = new AtomicInteger();
    Table live1 = lake.iceberg(LiveClicksByMinute.TABLE);
    Table changesMeanwhile =
        (Table)
            Proxy.newProxyInstance(
                Table.class.getClassLoader(),
                new Class<?>[] {Table.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("newOverwrite") && asked.incrementAndGet() == 1) {
                    compactLive();
                  }
                  try {
                    return method.invoke(live1, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });

    replacement(changesMeanwhile, through()).commit(written.live());

    assertThat(asked).hasValue(2);
    assertThat(live()).isEqualTo(live);
    assertThat(countedInLive()).isEqualTo(countedInRaw());
  }

  @Test
  void refusesFilesOfWhatIsReplacedAndWhatIsNot() {
    List<String> live = live();
    compactLive();
    DayReplacement half =
        replacement(lake.iceberg(LiveClicksByMinute.TABLE), through().minus(1, ChronoUnit.MICROS));

    assertThatThrownBy(() -> half.commit(List.of()))
        .isInstanceOf(DayReplacement.MixedFileException.class)
        .hasMessageContaining("up to")
        .hasMessageContaining("and after it");
    assertThat(live()).isEqualTo(live);
  }

  @Test
  void refusesWhereRawHasNotAllThatLanded() {
    List<String> live = live();
    lake.delete(RawClicks.TABLE, RawClicks.CLICK_ID, clickId("late-1"));

    assertThatThrownBy(() -> lake.rebuildLive(printed::add).run(options(), Instant.now()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("so they cannot be counted again: nothing was changed");

    assertThat(live()).isEqualTo(live);
  }

  @Test
  void refusesWhatLiveDoesNotKeep() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);

    assertThatThrownBy(
            () ->
                lake.rebuildLive(printed::add)
                    .run(new RebuildOptions(today.minusDays(37), today.plusDays(1)), Instant.now()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("upkeep.keep-live");
  }

  /** Takes a file of each table away, and has rows of live twice. */
  private static void spoil() {
    Table live = lake.iceberg(LiveClicksByMinute.TABLE);
    live.newDelete().deleteFile(files(live).get(0)).commit();
    String table = LiveClicksByMinute.TABLE.toString();
    lake.spark.sql("INSERT INTO %1$s SELECT * FROM %1$s LIMIT 3".formatted(table));
    Table flagged = lake.iceberg(LiveFlaggedClicks.TABLE);
    flagged.newDelete().deleteFile(files(flagged).get(0)).commit();
  }

  private static List<DataFile> files(Table table) {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned = table.newScan().planFiles()) {
      planned.forEach(task -> files.add(task.file()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** As upkeep does with what landed in an hour that is over. */
  private static void compactLive() {
    SparkActions.get(lake.spark)
        .rewriteDataFiles(LakeTables.load(lake.spark, LiveClicksByMinute.TABLE))
        .option("rewrite-all", "true")
        .execute();
  }

  private static int sendUntil(AtomicBoolean done) {
    int sent = 0;
    while (!done.get()) {
      String name = "arriving-" + sent++;
      lake.send(
          name, click(name).userId(name).publisherId("lost").clickedAt(Instant.now()).bytes());
    }
    return sent;
  }

  /** A test that runs at midnight has clicks of two days. */
  private static RebuildOptions options() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    return new RebuildOptions(today.minusDays(1), today.plusDays(2));
  }

  private static Instant through() {
    return CommittedPosition.newest(lake.iceberg(LiveClicksByMinute.TABLE), CountClicks.QUERY)
        .orElseThrow()
        .landedThrough();
  }

  private static LandedWindow landedOnLastDay() {
    return new LandedWindow(through().truncatedTo(ChronoUnit.DAYS), through());
  }

  private static DayReplacement replacement(Table table, Instant through) {
    return new DayReplacement(
        table,
        LiveClicksByMinute.LANDED_AT,
        CountClicks.QUERY,
        through().truncatedTo(ChronoUnit.DAYS),
        through);
  }

  private static MetadataCache.Snapshot copy() {
    return lake.metadata().asOf(Instant.now());
  }

  /** All that live says, however many partials it is in. */
  private static List<String> live() {
    return rows(
        """
        SELECT minute, advertiser_id, campaign_id, ad_id, publisher_id, geo_country, device_type,
               currency, on_time, sum(gross_clicks), sum(duplicate_clicks),
               sum(general_invalid_clicks), sum(sophisticated_invalid_clicks), sum(valid_clicks),
               sum(cost_micros), hll_sketch_estimate(hll_union_agg(unique_users_hll))
        FROM live.clicks_by_minute
        GROUP BY ALL
        """);
  }

  private static List<String> flagged() {
    return rows("SELECT * FROM live.flagged_clicks");
  }

  private static List<String> countedInLive() {
    return rows(
        """
        SELECT minute, ad_id, publisher_id, sum(gross_clicks), sum(duplicate_clicks)
        FROM live.clicks_by_minute
        GROUP BY ALL
        """);
  }

  /** By nothing that counts: no click of these tests repeats another one after an hour. */
  private static List<String> countedInRaw() {
    return rows(
        """
        SELECT date_trunc('minute', clicked_at), ad_id, publisher_id, count(*),
               count(*) - count(DISTINCT click_id)
        FROM raw.clicks
        GROUP BY ALL
        """);
  }

  private static List<String> rows(String sql) {
    return lake.spark.sql(sql).collectAsList().stream().map(Row::toString).sorted().toList();
  }
}
