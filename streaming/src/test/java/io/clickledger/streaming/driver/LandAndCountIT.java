package io.clickledger.streaming.driver;

import static io.clickledger.rules.contract.Clicks.click;
import static io.clickledger.rules.contract.Clicks.clickId;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.landed.Landings;
import io.clickledger.programs.RefusedException;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.json.MalformedClick;
import io.clickledger.rules.json.MalformedClicks;
import io.clickledger.rules.privacy.PayloadCipher;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.streaming.land.LandClicks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both queries on a real broker and a real lake. */
class LandAndCountIT {
  private final Lake lake = new Lake();

  @AfterEach
  void closeLake() {
    lake.close();
  }

  @Test
  void recordsWhereLandingBeginsSoThatNothingIsForgottenSilently() {
    lake.land();

    assertThat(position(RawClicks.TABLE).toString()).isEqualTo("0:0,1:0");
    assertThat(position(RawRejectedClicks.TABLE)).isEqualTo(position(RawClicks.TABLE));
    lake.sendTo(1, click("forgotten").clickedAt(Instant.now()).bytes());
    lake.deleteRecordsBefore(1, 1);
    assertThatThrownBy(() -> lake.landClicks().start()).hasMessageContaining("1 offsets are lost");
    lake.acceptGap().accept("a first try");
  }

  @Test
  void landsEveryRecordAsAClickOrWithAReason() {
    Instant now = Instant.now();
    List<MalformedClick> malformed = MalformedClicks.overKafkaAt(now);
    List<Clicks> clicks = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      clicks.add(click("landed-" + i).clickedAt(now.minusSeconds(i)));
    }

    malformed.forEach(record -> lake.send(record.name(), record.bytes()));
    clicks.forEach(click -> lake.send(click.build().clickId(), click.bytes()));
    lake.land();

    assertThat(malformed).hasSizeGreaterThanOrEqualTo(30);
    assertThat(column(RawClicks.TABLE, RawClicks.CLICK_ID))
        .containsExactlyInAnyOrderElementsOf(
            clicks.stream().map(click -> click.build().clickId()).toList());
    assertThat(rejections())
        .containsExactlyInAnyOrderElementsOf(
            malformed.stream().map(m -> m.reason() + " " + m.field() + " " + m.value()).toList());
  }

  @Test
  void addsOwnerPlaceAndDevice() {
    lake.send("k", click("landed-0").clickedAt(Instant.now()).bytes());
    lake.land();

    Row row = raw(clickId("landed-0"));

    assertThat(row.<String>getAs(RawClicks.ADVERTISER_ID)).isEqualTo("adv-1");
    assertThat(row.<String>getAs(RawClicks.CAMPAIGN_ID)).isEqualTo("campaign-1");
    assertThat(row.<String>getAs(RawClicks.DEVICE_TYPE)).isEqualTo("DESKTOP");
    assertThat(row.<String>getAs(RawClicks.BROWSER_TYPE)).isEqualTo("Firefox");
    assertThat(row.<String>getAs(RawClicks.IP_TRUNCATED)).isEqualTo("203.0.113.0/24");
    assertThat(row.<String>getAs(RawClicks.USER_HASH)).matches("[0-9a-f]{32}");
    assertThat(row.<String>getAs(RawClicks.HASH_KEY_ID)).isEqualTo("k1");
    assertThat(row.toString()).doesNotContain("203.0.113.7").doesNotContain("user-1");
  }

  @Test
  void hashesOneHomeOnceAndNoEmptyUserId() {
    Instant now = Instant.now();
    List<Clicks> clicks =
        List.of(
            click("home-1").clickedAt(now).ipAddress("2001:db8:1:2:3:4:5:6").userId("user-7"),
            click("home-2").clickedAt(now).ipAddress("2001:db8:1:2::9").userId("undefined"),
            click("home-3")
                .clickedAt(now)
                .ipAddress("2001:db8:1:3::9")
                .userId("00000000-0000-0000-0000-000000000000"));

    clicks.forEach(click -> lake.send("k", click.bytes()));
    lake.land();

    List<Row> rows =
        Stream.of("home-1", "home-2", "home-3").map(name -> raw(clickId(name))).toList();
    assertThat(rows.stream().map(row -> row.<String>getAs(RawClicks.IP_HASH)).distinct())
        .hasSize(2);
    assertThat(rows.get(0).<String>getAs(RawClicks.IP_HASH))
        .isEqualTo(rows.get(1).getAs(RawClicks.IP_HASH));
    assertThat(rows.get(0).<String>getAs(RawClicks.USER_HASH)).matches("[0-9a-f]{32}");
    assertThat(rows.get(1).<String>getAs(RawClicks.USER_HASH)).isNull();
    assertThat(rows.get(2).<String>getAs(RawClicks.USER_HASH)).isNull();
  }

  @Test
  void flagsARequestThatABrowserMadeBeforeAnybodyClicked() {
    lake.send("k", click("prefetched").clickedAt(Instant.now()).requestPurpose("prefetch").bytes());
    lake.land();

    Row row = raw(clickId("prefetched"));

    assertThat(row.<String>getAs(RawClicks.REQUEST_PURPOSE)).isEqualTo("prefetch");
    assertThat(row.<String>getList(row.fieldIndex(RawClicks.FRAUD_FLAGS)))
        .containsExactly("prefetch");
  }

  @Test
  void landsEachRecordOnceWhenKilledBetweenTheCommits() {
    Instant now = Instant.now();
    lake.send("bad-1", "no json".getBytes(StandardCharsets.UTF_8));
    lake.send("k", click("between").clickedAt(now).bytes());
    lake.land();
    long rejected = lake.table(RawRejectedClicks.TABLE).count();
    lake.takeBackLastCommit(RawRejectedClicks.TABLE);
    lake.send("k", click("after").clickedAt(now).bytes());

    lake.land();

    assertThat(lake.table(RawRejectedClicks.TABLE).count()).isEqualTo(rejected);
    assertThat(column(RawClicks.TABLE, RawClicks.CLICK_ID))
        .doesNotHaveDuplicates()
        .contains(clickId("between"), clickId("after"));
    assertTiled(RawClicks.TABLE);
    assertTiled(RawRejectedClicks.TABLE);
  }

  @Test
  void stopsWhereLandedRecordsAreJudgedDifferentlyNow() {
    lake.send("k", click("judged").clickedAt(Instant.now()).bytes());
    lake.land();
    long landed = lake.iceberg(RawClicks.TABLE).currentSnapshot().snapshotId();
    lake.takeBackLastCommit(RawRejectedClicks.TABLE);
    lake.delete(RawClicks.TABLE, RawClicks.CLICK_ID, clickId("judged"));

    assertThatThrownBy(lake::land)
        .hasStackTraceContaining("raw.clicks has 0 rows of partition")
        .hasStackTraceContaining("by the current code it must have 1");

    lake.iceberg(RawClicks.TABLE).manageSnapshots().setCurrentSnapshot(landed).commit();
    lake.land();
    assertThat(column(RawClicks.TABLE, RawClicks.CLICK_ID)).containsOnlyOnce(clickId("judged"));
    assertTiled(RawRejectedClicks.TABLE);
  }

  @Test
  void landsNothingTwiceWhenOneTableIsAhead() {
    for (int i = 0; i < 6; i++) {
      lake.sendTo(0, click("ahead-0-" + i).clickedAt(Instant.now()).bytes());
      lake.sendTo(1, click("ahead-1-" + i).clickedAt(Instant.now()).bytes());
    }
    lake.land();
    lake.takeBackLastCommit(RawRejectedClicks.TABLE);
    for (int i = 6; i < 46; i++) {
      lake.sendTo(0, click("ahead-0-" + i).clickedAt(Instant.now()).bytes());
    }

    lake.landInBatchesOf(8);

    assertThat(coordinates(RawClicks.TABLE)).doesNotHaveDuplicates();
    assertThat(column(RawClicks.TABLE, RawClicks.CLICK_ID))
        .contains(clickId("ahead-1-5"), clickId("ahead-0-45"));
    assertTiled(RawClicks.TABLE);
    assertThat(position(RawClicks.TABLE)).isEqualTo(position(RawRejectedClicks.TABLE));
  }

  @Test
  void countsEachClickOnceInItsOwnMinute() {
    lake.land();
    lake.count();

    Instant minute = Instant.now().minus(Duration.ofDays(3)).truncatedTo(ChronoUnit.MINUTES);
    lake.send("k", click("late-1").adId("ad-1").publisherId("count").clickedAt(minute).bytes());
    lake.send("k", click("late-1").adId("ad-1").publisherId("count").clickedAt(minute).bytes());
    lake.send(
        "k",
        click("late-2")
            .adId("ad-1")
            .publisherId("count")
            .userId("user-2")
            .clickedAt(minute.plusSeconds(59))
            .bytes());
    lake.send(
        "k",
        click("robot")
            .publisherId("count")
            .userAgent("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
            .clickedAt(minute)
            .bytes());
    lake.land();
    lake.count();
    lake.send("k", click("late-1").adId("ad-1").publisherId("count").clickedAt(minute).bytes());
    lake.land();
    lake.count();

    assertThat(counted("count")).isEqualTo(new Counted(5, 2, 1, 0, 2, 2 * Lake.CPC_MICROS));
    assertThat(minutes("count")).containsExactly(minute);
  }

  @Test
  void countsNothingTwiceWhenKilledBeforeOrAfterItsCommit() {
    Instant now = Instant.now();
    countOne("before");
    lake.send("k", click("twice-1").publisherId("twice").clickedAt(now).bytes());
    lake.land();
    lake.count();
    Counted once = counted("twice");

    lake.count();
    assertThat(counted("twice")).as("killed after the commit").isEqualTo(once);

    lake.takeBackLastCommit(LiveClicksByMinute.TABLE);
    assertThat(counted("twice").gross()).isZero();
    lake.count();
    assertThat(counted("twice")).as("killed before the commit").isEqualTo(once);
  }

  @Test
  void knowsRepeatsOfWhatAnEarlierDriverCounted() {
    Instant now = Instant.now();
    lake.send("k", click("lost-1").userId("user-lost").publisherId("lost").clickedAt(now).bytes());
    lake.land();
    lake.count();
    lake.send("k", click("lost-1").userId("user-lost").publisherId("lost").clickedAt(now).bytes());
    lake.send("k", click("lost-2").publisherId("lost").userId("user-2").clickedAt(now).bytes());
    lake.land();

    lake.count();

    assertThat(counted("lost")).isEqualTo(new Counted(3, 1, 0, 0, 2, 2 * Lake.CPC_MICROS));
    assertThat(grossOfAll()).isEqualTo(lake.table(RawClicks.TABLE).count());
  }

  @Test
  void countsAClickOnAnUnknownAdForFree() {
    lake.send(
        "k",
        click("stranger")
            .adId("ad-unknown")
            .userId("stranger")
            .campaignId("as-sent")
            .publisherId("count-2")
            .clickedAt(Instant.now())
            .bytes());
    lake.land();
    lake.count();

    List<Row> partials =
        lake.table(LiveClicksByMinute.TABLE)
            .where(col(ClickDimensions.AD_ID).equalTo("ad-unknown"))
            .collectAsList();
    assertThat(partials)
        .singleElement()
        .satisfies(
            partial -> {
              assertThat(partial.<String>getAs(ClickDimensions.CAMPAIGN_ID)).isEqualTo("as-sent");
              assertThat(partial.<String>getAs(ClickDimensions.ADVERTISER_ID)).isNull();
              assertThat(partial.<String>getAs(ClickDimensions.CURRENCY)).isNull();
              assertThat(partial.<Long>getAs(ClickMeasures.VALID_CLICKS)).isOne();
              assertThat(partial.<Long>getAs(ClickMeasures.COST_MICROS)).isZero();
            });
  }

  @Test
  void countsAClickOnAnAdThatWasJustImported() {
    countOne("before");
    StreamingQuery counting = lake.countClicks().start();
    lake.execute(
        "INSERT INTO metadata.ads (ad_id, campaign_id, name, cpc_micros) VALUES ('ad-new', 'campaign-1', 'New', 7)");
    lake.send(
        "k",
        click("newcomer")
            .adId("ad-new")
            .userId("newcomer")
            .publisherId("count-2")
            .clickedAt(Instant.now())
            .bytes());
    lake.land();

    Lake.run(counting);

    assertThat(
            lake.table(LiveClicksByMinute.TABLE)
                .where(col(ClickDimensions.AD_ID).equalTo("ad-new"))
                .select(
                    ClickDimensions.CAMPAIGN_ID,
                    ClickMeasures.GROSS_CLICKS,
                    ClickMeasures.COST_MICROS)
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly("[campaign-1,1,7]");
    assertThat(grossOfAll()).isEqualTo(lake.table(RawClicks.TABLE).count());
  }

  @Test
  void flagsRepeatClicksOnceAndKeepsWhichOnesTheyWere() {
    Instant now = Instant.now();
    for (int i = 0; i < 4; i++) {
      lake.send(
          "k", click("farm-" + i).userId("farmer").publisherId("farm").clickedAt(now).bytes());
      lake.land();
    }
    lake.count();
    lake.send("k", click("farm-4").userId("farmer").publisherId("farm").clickedAt(now).bytes());
    lake.land();

    lake.count();

    assertThat(counted("farm")).isEqualTo(new Counted(5, 0, 0, 4, 1, Lake.CPC_MICROS));
    assertThat(flagged("farm"))
        .containsExactlyInAnyOrder(
            clickId("farm-1") + " repeat-click",
            clickId("farm-2") + " repeat-click",
            clickId("farm-3") + " repeat-click",
            clickId("farm-4") + " repeat-click");
  }

  @Test
  void writesFlaggedClicksOnceWhenKilledBetweenTheTwoCommits() {
    Instant now = Instant.now();
    countOne("before");
    for (String name : List.of("gone-1", "gone-2")) {
      lake.send("k", click(name).userId("gone").publisherId("gone").clickedAt(now).bytes());
    }
    lake.land();
    lake.count();
    List<String> once = flagged("gone");
    lake.takeBackLastCommit(LiveClicksByMinute.TABLE);

    lake.count();

    assertThat(once).hasSize(1);
    assertThat(flagged("gone")).isEqualTo(once);
    assertThat(counted("gone")).isEqualTo(new Counted(2, 0, 0, 1, 1, Lake.CPC_MICROS));
  }

  @Test
  void countsWhatAnotherDriverLandedUnderNewerRules() {
    countOne("before");
    StreamingQuery counting = lake.countClicks().start();
    lake.publishRule(
        "test-1",
        "{\"id\": \"new-network\", \"class\": \"GENERAL_INVALID\", \"type\": \"address\","
            + " \"meaning\": \"test\", \"networks\": [\"198.51.100.0/24\"]}");
    lake.send(
        "k",
        click("ruled")
            .ipAddress("198.51.100.9")
            .publisherId("ruled")
            .clickedAt(Instant.now())
            .bytes());
    lake.land();

    Lake.run(counting);

    assertThat(counted("ruled")).isEqualTo(new Counted(1, 0, 1, 0, 0, 0));
  }

  @Test
  void countsAgainWhatItsTableHasLost() {
    for (int i = 0; i < 3; i++) {
      countOne("count-" + i);
    }
    long gross = grossOfAll();
    Table live = lake.iceberg(LiveClicksByMinute.TABLE);
    long first = SnapshotUtil.oldestAncestor(live).snapshotId();
    live.manageSnapshots().setCurrentSnapshot(first).commit();

    lake.count();

    assertThat(grossOfAll()).isEqualTo(gross).isEqualTo(3);
  }

  @Test
  void stopsTheSecondDriverAndKeepsTheTotalsExact() throws Exception {
    StreamingQuery one = lake.landClicks().start();
    StreamingQuery two = lake.landClicksElsewhere().start();
    for (int i = 0; i < 20; i++) {
      lake.send("k" + i, click("both-" + i).clickedAt(Instant.now()).bytes());
    }

    List<Throwable> failures = new ArrayList<>();
    for (StreamingQuery query : List.of(one, two)) {
      try {
        query.processAllAvailable();
      } catch (Exception e) {
        failures.add(e);
      } finally {
        query.stop();
      }
    }
    lake.land();

    assertThat(column(RawClicks.TABLE, RawClicks.CLICK_ID))
        .contains(clickId("both-0"), clickId("both-19"));
    assertTiled(RawClicks.TABLE);
    assertThat(coordinates(RawClicks.TABLE)).doesNotHaveDuplicates();
    assertThat(failures)
        .singleElement()
        .satisfies(e -> assertThat(e).hasRootCauseInstanceOf(ValidationException.class));
  }

  @Test
  void landsAPartitionThatCameLater() {
    lake.land();
    lake.addPartitions(3);
    lake.sendTo(2, click("new-partition").clickedAt(Instant.now()).bytes());

    lake.land();

    assertThat(column(RawClicks.TABLE, RawClicks.CLICK_ID))
        .containsOnlyOnce(clickId("new-partition"));
    assertThat(position(RawClicks.TABLE).of(2)).isEqualTo(1);
  }

  @Test
  void writesTwoFilesPerTaskAndTableWhateverTheAges() throws Exception {
    Instant now = Instant.now();
    long before = lake.table(RawClicks.TABLE).count();
    int ages = 300;
    for (int i = 0; i < ages; i++) {
      Instant clickedAt = now.minus(Duration.ofMinutes(165L * i));
      lake.send("age-" + i, click("age-" + i).clickedAt(clickedAt).bytes());
    }

    lake.land();
    lake.count();

    assertThat(lake.table(RawClicks.TABLE).count()).isEqualTo(before + ages);
    for (TableName name : List.of(RawClicks.TABLE, LiveClicksByMinute.TABLE)) {
      Snapshot commit = lake.iceberg(name).currentSnapshot();
      assertThat(Long.parseLong(commit.summary().get("added-records")))
          .as("rows of %s", name)
          .isGreaterThanOrEqualTo(ages);
      assertThat(Integer.parseInt(commit.summary().get("added-data-files")))
          .as("files of %s", name)
          .isLessThanOrEqualTo(2 * lake.spark.sparkContext().defaultParallelism());
    }
    // Whoever reads an old day opens no file of on-time clicks.
    long day = ChronoUnit.MICROS.between(Instant.EPOCH, now.minus(Duration.ofDays(20)));
    try (CloseableIterable<FileScanTask> files =
        lake.iceberg(RawClicks.TABLE)
            .newScan()
            .filter(Expressions.lessThan(RawClicks.CLICKED_AT, day))
            .planFiles()) {
      assertThat(files)
          .isNotEmpty()
          .allMatch(file -> !file.file().partition().get(1, Boolean.class));
    }
  }

  @Test
  void stopsAtAGapUntilAPersonAcceptsIt() {
    int partition = 1;
    lake.sendTo(partition, click("landed").clickedAt(Instant.now()).bytes());
    lake.land();
    for (int i = 0; i < 5; i++) {
      lake.sendTo(partition, click("deleted-" + i).clickedAt(Instant.now()).bytes());
    }
    KafkaPosition landed = position(RawClicks.TABLE);
    lake.deleteRecordsBefore(partition, landed.of(partition) + 3);

    assertThatThrownBy(() -> lake.landClicks().start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("partition " + partition)
        .hasMessageContaining("3 offsets are lost")
        .hasMessageContaining("accept-gap");
    assertThat(lake.acceptGap().show())
        .hasSize(5)
        .anyMatch(line -> line.startsWith("raw.clicks") && line.contains("3 offsets are lost"))
        .anyMatch(line -> line.startsWith("raw.rejected") && line.contains("3 offsets are lost"));
    assertThat(position(RawClicks.TABLE)).as("after the dry run").isEqualTo(landed);

    try (QueryLocks driver =
        QueryLocks.take(
            CatalogDatabase.of(lake.settings().lake()), List.of(LandClicks.QUERY), Duration.ZERO)) {
      assertThatThrownBy(() -> lake.acceptGap().accept("without asking the driver"))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(
              "a driver lands; stop it first: the lock of land-clicks is held by");
      assertThat(driver.loss()).isEmpty();
    }
    assertThat(position(RawClicks.TABLE)).as("while a driver lands").isEqualTo(landed);

    lake.acceptGap().accept("the disk was full");
    lake.land();
    lake.count();

    assertThat(column(RawClicks.TABLE, RawClicks.CLICK_ID))
        .contains(clickId("deleted-3"), clickId("deleted-4"))
        .doesNotContain(clickId("deleted-2"));
    assertTiled(RawClicks.TABLE);
    assertTiled(RawRejectedClicks.TABLE);
    assertThat(grossOfAll()).isEqualTo(lake.table(RawClicks.TABLE).count());
    for (TableName table : Landings.TABLES) {
      assertThat(acceptedGaps(table))
          .as("%s", table)
          .containsExactly(List.of(partition, landed.of(partition), landed.of(partition) + 3, 3L));
    }
  }

  @Test
  void refusesToAcceptWhereNothingIsLost() {
    lake.land();

    assertThatThrownBy(() -> lake.acceptGap().accept("to be safe"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no gap");
  }

  @Test
  void stopsAtAnotherTopicUntilAPersonAcceptsIt() {
    countOne("before");
    String landed = position(RawClicks.TABLE).toString();
    long gross = grossOfAll();
    lake.createTopicAgain();

    assertThatThrownBy(() -> lake.landClicks().start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("created again");
    assertThat(lake.acceptGap().show())
        .anyMatch(line -> line.contains("created again") && line.contains(landed));

    lake.sendTo(0, click("forgotten-again").clickedAt(Instant.now()).bytes());
    lake.deleteRecordsBefore(0, 1);
    lake.acceptGap().accept("moved to another cluster");
    lake.sendTo(0, click("other-topic").clickedAt(Instant.now()).bytes());
    lake.land();
    lake.count();

    assertThat(position(RawClicks.TABLE).toString()).isEqualTo("0:2,1:0");
    assertThat(position(RawRejectedClicks.TABLE)).isEqualTo(position(RawClicks.TABLE));
    assertThat(column(RawClicks.TABLE, RawClicks.CLICK_ID))
        .containsOnlyOnce(clickId("other-topic"))
        .doesNotContain(clickId("forgotten-again"));
    assertThat(grossOfAll()).isEqualTo(gross + 1);
    assertThat(acceptedGaps(RawClicks.TABLE)).containsExactly(List.of(0, 0L, 1L, 1L));

    lake.takeBackLastCommit(RawRejectedClicks.TABLE);
    lake.land();
    assertThat(position(RawRejectedClicks.TABLE))
        .as("killed between the two commits, with offsets that the topic before had too")
        .isEqualTo(position(RawClicks.TABLE));
  }

  @Test
  void landsNothingOfATopicCreatedAgainMeanwhile() throws Exception {
    StreamingQuery running = lake.landClicks().start();
    lake.sendTo(0, click("before-the-end").clickedAt(Instant.now()).bytes());
    running.processAllAvailable();
    KafkaPosition landed = position(RawClicks.TABLE);

    lake.createTopicAgain();
    // More than the topic before had: no offset that the driver asks for is out of range.
    for (int i = 0; i < 10; i++) {
      lake.sendTo(0, click("past-the-end-" + i).clickedAt(Instant.now()).bytes());
      lake.sendTo(1, click("past-the-end-too-" + i).clickedAt(Instant.now()).bytes());
    }

    assertThatThrownBy(() -> running.awaitTermination(60_000))
        .hasMessageContaining("created again");
    assertThat(position(RawClicks.TABLE)).isEqualTo(landed);
    assertThat(column(RawClicks.TABLE, RawClicks.CLICK_ID))
        .noneMatch(id -> id.equals(clickId("past-the-end-9")));

    lake.acceptGap().accept("moved once more");
    lake.land();
    assertThat(column(RawClicks.TABLE, RawClicks.CLICK_ID))
        .contains(clickId("past-the-end-0"), clickId("past-the-end-too-9"));
  }

  /** Sends, lands and counts a click of a user of its own. */
  private void countOne(String name) {
    lake.send(name, click(name).userId(name).clickedAt(Instant.now()).bytes());
    lake.land();
    lake.count();
  }

  /** Partition, from, to and accepted gap of each range of audit.landings that has one. */
  private List<List<Object>> acceptedGaps(TableName table) {
    return lake
        .table(AuditLandings.TABLE)
        .where(col(AuditLandings.TABLE_NAME).equalTo(table.toString()))
        .where(col(AuditLandings.ACCEPTED_GAP).isNotNull())
        .orderBy(AuditLandings.LANDED_AT)
        .select(
            AuditLandings.KAFKA_PARTITION,
            AuditLandings.FROM_OFFSET,
            AuditLandings.TO_OFFSET,
            AuditLandings.ACCEPTED_GAP)
        .collectAsList()
        .stream()
        .map(row -> List.of(row.get(0), row.get(1), row.get(2), row.get(3)))
        .toList();
  }

  /** The measures of one publisher over all partials. */
  private record Counted(
      long gross, long duplicate, long generalInvalid, long sophisticated, long valid, long cost) {}

  private Counted counted(String publisher) {
    Row sums =
        lake.table(LiveClicksByMinute.TABLE)
            .where(col(ClickDimensions.PUBLISHER_ID).equalTo(publisher))
            .selectExpr(
                "coalesce(sum(gross_clicks), 0)",
                "coalesce(sum(duplicate_clicks), 0)",
                "coalesce(sum(general_invalid_clicks), 0)",
                "coalesce(sum(sophisticated_invalid_clicks), 0)",
                "coalesce(sum(valid_clicks), 0)",
                "coalesce(sum(cost_micros), 0)")
            .first();
    return new Counted(
        sums.getLong(0),
        sums.getLong(1),
        sums.getLong(2),
        sums.getLong(3),
        sums.getLong(4),
        sums.getLong(5));
  }

  /** Click and rules of the publisher's flagged clicks. */
  private List<String> flagged(String publisher) {
    return lake
        .table(LiveFlaggedClicks.TABLE)
        .where(col(LiveFlaggedClicks.PUBLISHER_ID).equalTo(publisher))
        .collectAsList()
        .stream()
        .map(
            row ->
                row.getAs(LiveFlaggedClicks.CLICK_ID)
                    + " "
                    + String.join(",", row.<String>getList(row.fieldIndex("rules"))))
        .toList();
  }

  private long grossOfAll() {
    return lake.table(LiveClicksByMinute.TABLE).selectExpr("sum(gross_clicks)").first().getLong(0);
  }

  private List<Instant> minutes(String publisher) {
    return lake
        .table(LiveClicksByMinute.TABLE)
        .where(col(ClickDimensions.PUBLISHER_ID).equalTo(publisher))
        .select(LiveClicksByMinute.MINUTE)
        .distinct()
        .collectAsList()
        .stream()
        .map(row -> row.getTimestamp(0).toInstant())
        .toList();
  }

  private List<String> column(TableName table, String column) {
    return lake.table(table).select(column).collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private List<String> coordinates(TableName table) {
    return lake
        .table(table)
        .select(RawClicks.KAFKA_PARTITION, RawClicks.KAFKA_OFFSET)
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  private Row raw(String clickId) {
    return lake.table(RawClicks.TABLE).where(col(RawClicks.CLICK_ID).equalTo(clickId)).first();
  }

  /** Reason, field and decrypted payload of each rejected record. */
  private List<String> rejections() {
    PayloadCipher cipher =
        new PayloadCipher(
            "p1",
            HexFormat.of()
                .parseHex("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"));
    return lake.table(RawRejectedClicks.TABLE).collectAsList().stream()
        .map(
            row ->
                row.getAs(RawRejectedClicks.REASON)
                    + " "
                    + row.getAs(RawRejectedClicks.FIELD)
                    + " "
                    + new String(
                        cipher.decrypt(row.getAs(RawRejectedClicks.PAYLOAD)),
                        StandardCharsets.UTF_8))
        .toList();
  }

  /** The table's commits cover the topic without gap and overlap. */
  private void assertTiled(TableName name) {
    Table table = lake.iceberg(name);
    List<Snapshot> oldestFirst = new ArrayList<>();
    SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot)
        .forEach(snapshot -> oldestFirst.add(0, snapshot));
    KafkaPosition end = KafkaPosition.of(Map.of());
    for (Snapshot snapshot : oldestFirst) {
      Optional<CommittedPosition> recorded = CommittedPosition.of(table, snapshot);
      if (recorded.isPresent()) {
        KafkaPosition to = KafkaPosition.parse(recorded.get().to());
        assertThat(to.covers(end)).isTrue();
        end = to;
      }
    }
    assertThat(end.next()).isNotEmpty();
    Dataset<Row> rows = lake.table(name).select(RawClicks.KAFKA_PARTITION, RawClicks.KAFKA_OFFSET);
    assertThat(rows.distinct().count()).isEqualTo(rows.count());
  }

  private KafkaPosition position(TableName table) {
    return KafkaPosition.parse(
        CommittedPosition.newest(lake.iceberg(table), LandClicks.QUERY).orElseThrow().to());
  }
}
