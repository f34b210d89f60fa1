package io.clickledger.batch.billing.run;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.PositionedAppend;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.commit.StagedFiles;
import io.clickledger.lake.landed.OnTimeRule;
import io.clickledger.rules.history.ClickHistory;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * What both streaming queries would do to a lake with these records, by brute force: the tables'
 * rows and the summaries of their commits.
 */
public final class StreamedLake {
  private final SparkSession spark;
  private String topicId;
  private final Duration dedupWindow;
  private final SortedMap<Integer, Long> ends = new TreeMap<>();
  private final List<BillingLake.Landed> landed = new ArrayList<>();
  private final Map<TableName, StructType> schemas = new HashMap<>();
  private int counted;

  /** With a dedup window of an hour. */
  public StreamedLake(SparkSession spark, String topicId) {
    this(spark, topicId, Duration.ofHours(1));
  }

  public StreamedLake(SparkSession spark, String topicId, Duration dedupWindow) {
    this.spark = spark;
    this.topicId = topicId;
    this.dedupWindow = dedupWindow;
  }

  /** One offset of the topic. */
  public sealed interface Arrival {
    int partition();

    /** A click that lands. */
    record Clicked(int partition, TestClick click) implements Arrival {}

    /** A record that is rejected. */
    record Refused(int partition) implements Arrival {}

    /** An offset that a consumer never sees. */
    record Marker(int partition) implements Arrival {}
  }

  /** Lands the arrivals as one batch, at the next offsets of their partitions. */
  public void land(Instant landedAt, List<Arrival> arrivals, String... notes) {
    if (ends.isEmpty()) {
      begin(landedAt);
    }
    List<Row> clicks = new ArrayList<>();
    List<Row> rejected = new ArrayList<>();
    SortedMap<Integer, Long> clickRows = new TreeMap<>();
    SortedMap<Integer, Long> rejectedRows = new TreeMap<>();
    for (Arrival arrival : arrivals) {
      int partition = arrival.partition();
      long offset = ends.merge(partition, 1L, Long::sum) - 1;
      if (arrival instanceof Arrival.Clicked clicked) {
        clicks.add(click(clicked.click(), partition, offset, landedAt));
        clickRows.merge(partition, 1L, Long::sum);
        landed.add(new BillingLake.Landed(clicked.click(), partition, offset, landedAt));
      } else if (arrival instanceof Arrival.Refused) {
        rejected.add(rejected(partition, offset, landedAt));
        rejectedRows.merge(partition, 1L, Long::sum);
      }
    }
    String to = text(ends);
    append(RawClicks.TABLE, clicks, QueryNames.LAND_CLICKS, to, landedAt, rows(clickRows, notes));
    append(
        RawRejectedClicks.TABLE,
        rejected,
        QueryNames.LAND_CLICKS,
        to,
        landedAt,
        rows(rejectedRows, notes));
  }

  /** Says in both raw tables where landing begins: at the first offset of every partition. */
  private void begin(Instant landedAt) {
    for (TableName table : List.of(RawClicks.TABLE, RawRejectedClicks.TABLE)) {
      append(table, List.of(), QueryNames.LAND_CLICKS, "", landedAt, rows(new TreeMap<>()));
    }
  }

  private static Map<String, String> rows(SortedMap<Integer, Long> rows, String... notes) {
    Map<String, String> all = new HashMap<>(Map.of(CommittedPosition.ROWS, text(rows)));
    for (int i = 0; i < notes.length; i += 2) {
      all.put("clickledger." + notes[i], notes[i + 1]);
    }
    return all;
  }

  /** Goes on at these offsets, as after a gap that somebody accepted. */
  public void skipTo(int partition, long offset) {
    ends.put(partition, offset);
  }

  /**
   * The topic is created again: its offsets begin at 0, and both raw tables say what accept-gap
   * leaves in them.
   */
  public void recreateTopic(String nextId, Instant acceptedAt) {
    SortedMap<Integer, Long> beginning = new TreeMap<>();
    ends.keySet().forEach(partition -> beginning.put(partition, 0L));
    for (TableName table : List.of(RawClicks.TABLE, RawRejectedClicks.TABLE)) {
      new PositionedAppend(
              QueryNames.LAND_CLICKS,
              nextId,
              Optional.of(KafkaPosition.of(ends)),
              KafkaPosition.of(beginning),
              acceptedAt,
              Map.of(
                  CommittedPosition.ROWS,
                  "",
                  CommittedPosition.ACCEPTED_GAP,
                  text(beginning),
                  CommittedPosition.REASON,
                  "the topic was created again",
                  CommittedPosition.PREVIOUS_SOURCE,
                  topicId))
          .commit(LakeTables.load(spark, table), List.of());
    }
    topicId = nextId;
    ends.putAll(beginning);
  }

  /** Every click that landed, in the order in which it was sent. */
  public List<BillingLake.Landed> landed() {
    return landed;
  }

  /** How live judges a click: its owner, the measure that it adds to, and its cost. */
  public interface Judge {
    Judged judge(TestClick click, boolean duplicate);
  }

  /** A click as live judged it; owner and currency are null while the ad is unknown. */
  public record Judged(
      String advertiserId, String campaignId, String currency, String measure, long costMicros) {
    /** Valid unless it is a duplicate, at a price that tests know. */
    static Judged simply(TestClick click, boolean duplicate) {
      return duplicate
          ? new Judged(null, click.campaignId(), null, ClickMeasures.DUPLICATE_CLICKS, 0)
          : new Judged(null, click.campaignId(), null, ClickMeasures.VALID_CLICKS, 7);
    }
  }

  /** Counts what landed since the last time, as one commit. */
  public void count() {
    count(Judged::simply);
  }

  /** The same, with clicks judged like this. */
  public void count(Judge judge) {
    record Cell(TestClick grain, Judged owner, Instant landedAt) {}
    Map<Cell, Map<String, Long>> cells = new HashMap<>();
    for (; counted < landed.size(); counted++) {
      BillingLake.Landed row = landed.get(counted);
      Judged judged = judge.judge(row.click(), isDuplicate(row));
      TestClick grain =
          new TestClick(
              "",
              row.click().clickedAt().truncatedTo(ChronoUnit.MINUTES),
              row.click().adId(),
              row.click().publisherId(),
              row.click().campaignId(),
              row.click().geoCountry(),
              row.click().deviceType(),
              List.of(),
              null,
              null,
              null);
      Judged owner =
          new Judged(judged.advertiserId(), judged.campaignId(), judged.currency(), "", 0);
      Map<String, Long> sums =
          cells.computeIfAbsent(new Cell(grain, owner, row.landedAt()), any -> new HashMap<>());
      sums.merge(ClickMeasures.GROSS_CLICKS, 1L, Long::sum);
      sums.merge(judged.measure(), 1L, Long::sum);
      sums.merge(ClickMeasures.COST_MICROS, judged.costMicros(), Long::sum);
    }
    List<Row> rows = new ArrayList<>();
    cells.forEach(
        (cell, sums) -> {
          Map<String, Object> values = grain(cell.grain(), cell.landedAt());
          values.put(ClickDimensions.ADVERTISER_ID, cell.owner().advertiserId());
          values.put(ClickDimensions.CAMPAIGN_ID, cell.owner().campaignId());
          values.put(ClickDimensions.CURRENCY, cell.owner().currency());
          ClickMeasures.SUMS.forEach(
              measure -> values.put(measure, sums.getOrDefault(measure, 0L)));
          rows.add(row(LiveClicksByMinute.TABLE, values));
        });
    String to =
        "snapshot:" + LakeTables.load(spark, RawClicks.TABLE).currentSnapshot().snapshotId();
    append(
        LiveClicksByMinute.TABLE,
        rows,
        QueryNames.COUNT_CLICKS,
        to,
        landed.get(landed.size() - 1).landedAt(),
        Map.of(CommittedPosition.DEDUP_WINDOW, dedupWindow.toString()));
  }

  /** Whether the nearest one before it in the order of landing is still remembered. */
  private boolean isDuplicate(BillingLake.Landed row) {
    Comparator<BillingLake.Landed> inLandingOrder =
        Comparator.comparing(BillingLake.Landed::landedAt)
            .thenComparing(BillingLake.Landed::partition)
            .thenComparing(BillingLake.Landed::offset);
    return landed.stream()
        .filter(other -> other.click().clickId().equals(row.click().clickId()))
        .filter(other -> inLandingOrder.compare(other, row) < 0)
        .max(inLandingOrder)
        .filter(
            before ->
                before.landedAt().toEpochMilli()
                    >= ClickHistory.visibleFrom(dedupWindow, row.landedAt().toEpochMilli()))
        .isPresent();
  }

  /** A row of live.clicks_by_minute. */
  public Row partial(TestClick grain, Instant landedAt, long gross, long duplicates) {
    Map<String, Object> values = grain(grain, landedAt);
    values.put(ClickMeasures.GROSS_CLICKS, gross);
    values.put(ClickMeasures.DUPLICATE_CLICKS, duplicates);
    values.put(ClickMeasures.GENERAL_INVALID_CLICKS, 0L);
    values.put(ClickMeasures.SOPHISTICATED_INVALID_CLICKS, 0L);
    values.put(ClickMeasures.VALID_CLICKS, gross - duplicates);
    values.put(ClickMeasures.COST_MICROS, 7 * (gross - duplicates));
    return row(LiveClicksByMinute.TABLE, values);
  }

  private static Map<String, Object> grain(TestClick grain, Instant landedAt) {
    Map<String, Object> values = new HashMap<>();
    values.put(LiveClicksByMinute.MINUTE, grain.clickedAt());
    values.put(ClickDimensions.AD_ID, grain.adId());
    values.put(ClickDimensions.PUBLISHER_ID, grain.publisherId());
    values.put(ClickDimensions.GEO_COUNTRY, grain.geoCountry());
    values.put(ClickDimensions.DEVICE_TYPE, grain.deviceType());
    values.put(LiveClicksByMinute.LANDED_AT, landedAt);
    values.put(LiveClicksByMinute.ON_TIME, OnTimeRule.isOnTime(grain.clickedAt(), landedAt));
    return values;
  }

  /** A row of raw.clicks. */
  public Row click(TestClick click, int partition, long offset, Instant landedAt) {
    Map<String, Object> values = click.columns();
    values.putAll(coordinates(partition, offset, landedAt));
    values.put(RawClicks.ON_TIME, OnTimeRule.isOnTime(click.clickedAt(), landedAt));
    return row(RawClicks.TABLE, values);
  }

  /** A row of raw.rejected_clicks. */
  public Row rejected(int partition, long offset, Instant landedAt) {
    Map<String, Object> values = new HashMap<>(coordinates(partition, offset, landedAt));
    values.put(RawRejectedClicks.REASON, "MISSING");
    values.put(RawRejectedClicks.DETAIL, "ad_id must be there");
    values.put(RawRejectedClicks.PAYLOAD_KEY_ID, "1");
    return row(RawRejectedClicks.TABLE, values);
  }

  private static Map<String, Object> coordinates(int partition, long offset, Instant landedAt) {
    return Map.of(
        RawClicks.KAFKA_PARTITION,
        partition,
        RawClicks.KAFKA_OFFSET,
        offset,
        RawClicks.KAFKA_TIMESTAMP,
        landedAt,
        RawClicks.LANDED_AT,
        landedAt);
  }

  private Row row(TableName table, Map<String, Object> values) {
    return RowFactory.create(Stream.of(schema(table).fieldNames()).map(values::get).toArray());
  }

  /** Appends rows without saying anything of them, as nobody should. */
  public void append(TableName table, List<Row> rows) {
    append(table, rows, Map.of());
  }

  private void append(
      TableName table,
      List<Row> rows,
      String query,
      String to,
      Instant landedThrough,
      Map<String, String> notes) {
    Map<String, String> summary = new HashMap<>(notes);
    summary.put(CommittedPosition.QUERY, query);
    summary.put(CommittedPosition.SOURCE, topicId);
    summary.put(CommittedPosition.TO, to);
    summary.put(CommittedPosition.LANDED_THROUGH, landedThrough.toString());
    append(table, rows, summary);
  }

  private void append(TableName name, List<Row> rows, Map<String, String> summary) {
    Table table = LakeTables.load(spark, name);
    AppendFiles append = table.newFastAppend();
    if (!rows.isEmpty()) {
      StagedFiles.write(spark.createDataFrame(rows, schema(name)).coalesce(1), table)
          .forEach(append::appendFile);
    }
    summary.forEach(append::set);
    append.commit();
  }

  private StructType schema(TableName table) {
    return schemas.computeIfAbsent(table, name -> spark.table(name.toString()).schema());
  }

  /** What readers of live sum, by all of its dimensions and measures but the sketch. */
  public List<Row> liveSums() {
    return spark
        .table(LiveClicksByMinute.TABLE.toString())
        .groupBy(
            Stream.of(
                    LiveClicksByMinute.MINUTE,
                    ClickDimensions.AD_ID,
                    ClickDimensions.PUBLISHER_ID,
                    ClickDimensions.GEO_COUNTRY,
                    ClickDimensions.DEVICE_TYPE)
                .map(functions::col)
                .toArray(Column[]::new))
        .agg(
            functions.sum(ClickMeasures.GROSS_CLICKS),
            functions.sum(ClickMeasures.DUPLICATE_CLICKS),
            functions.sum(ClickMeasures.VALID_CLICKS),
            functions.sum(ClickMeasures.COST_MICROS))
        .orderBy(LiveClicksByMinute.MINUTE, ClickDimensions.AD_ID)
        .collectAsList();
  }

  private static String text(SortedMap<Integer, Long> offsets) {
    return KafkaPosition.of(offsets).toString();
  }
}
