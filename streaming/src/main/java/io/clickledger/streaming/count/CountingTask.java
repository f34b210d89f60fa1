package io.clickledger.streaming.count;

import io.clickledger.history.ClickBatch;
import io.clickledger.history.ClickMarks;
import io.clickledger.lake.commit.TaskFiles;
import io.clickledger.lake.landed.OnTimeRule;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.Judgement;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.spark.Grain;
import io.clickledger.spark.PartialSums;
import io.clickledger.streaming.query.MetadataCache;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.DateTimeUtil;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The task of CountClicks: in one pass it judges each click, adds it to the partial sums, and
 * writes clicks that stateful rules matched to live.flagged_clicks. Nothing is shuffled: several
 * tasks may write partials of one grain, which are few because each task has a large share of the
 * batch.
 */
final class CountingTask implements FlatMapFunction<Iterator<InternalRow>, CountingResult> {
  private static final long serialVersionUID = 1L;

  private static final long MICROS_PER_MINUTE = 60_000_000;

  private final Broadcast<Table> live;
  private final Flagged flagged;
  private final Broadcast<ClickMarks> marks;
  private final Broadcast<VersionDirectory<AdVersion>> ads;
  private final Broadcast<VersionDirectory<PublisherDomain>> publishers;
  private final Broadcast<FraudRules> rules;

  /**
   * Where flagged clicks go.
   *
   * @param landedThrough up to which landing they are in the table already
   */
  record Flagged(Broadcast<Table> table, Instant landedThrough) implements java.io.Serializable {}

  CountingTask(
      Broadcast<Table> live,
      Flagged flagged,
      Broadcast<ClickMarks> marks,
      MetadataCache.Snapshot metadata) {
    this.live = live;
    this.flagged = flagged;
    this.marks = marks;
    this.ads = metadata.ads();
    this.publishers = metadata.publishers();
    this.rules = metadata.rules();
  }

  @Override
  public Iterator<CountingResult> call(Iterator<InternalRow> clicks) {
    TaskContext task = TaskContext.get();
    try (TaskFiles liveFiles = new TaskFiles(live.value(), task);
        TaskFiles flaggedFiles = new TaskFiles(flagged.table().value(), task)) {
      Output output = new Output(liveFiles, flaggedFiles);
      while (clicks.hasNext()) {
        output.take(clicks.next());
      }
      output.writePartials();
      CountingResult written =
          new CountingResult(
              liveFiles.complete(),
              flaggedFiles.complete(),
              output.publisherMatches,
              output.unknownIds);
      liveFiles.keep();
      flaggedFiles.keep();
      return List.of(written).iterator();
    }
  }

  /** The partials of one landing at a time, and the files that they go to. */
  private final class Output {
    /** Bounds the memory of a task that catches up, and the work of garbage collections. */
    private static final int MAX_PARTIALS = 50_000;

    private final ClickMarks marksOfAll = marks.value();
    private final VersionDirectory<AdVersion> adDirectory = ads.value();
    private final VersionDirectory<PublisherDomain> publisherDirectory = publishers.value();
    private final FraudRules rulesInForce = rules.value();
    private final UTF8String rulesVersion = UTF8String.fromString(rulesInForce.version());
    private final long flaggedThrough = DateTimeUtil.microsFromInstant(flagged.landedThrough());
    private final PartialSums partials = new PartialSums();
    private final SortedMap<String, Long> publisherMatches = new TreeMap<>();
    private final TaskFiles liveFiles;
    private final TaskFiles flaggedFiles;
    private long landedAt;
    private long unknownIds;

    Output(TaskFiles liveFiles, TaskFiles flaggedFiles) {
      this.liveFiles = liveFiles;
      this.flaggedFiles = flaggedFiles;
    }

    void take(InternalRow click) {
      if (click.getLong(ClickBatch.LANDED_AT) != landedAt || partials.size() >= MAX_PARTIALS) {
        writePartials();
        landedAt = click.getLong(ClickBatch.LANDED_AT);
      }
      int marked =
          marksOfAll.at(
              click.getInt(ClickBatch.KAFKA_PARTITION), click.getLong(ClickBatch.KAFKA_OFFSET));
      List<String> matched = marksOfAll.rules(marked);
      if (!matched.isEmpty() && landedAt > flaggedThrough) {
        flaggedFiles.write(flaggedRow(click, matched));
      }
      UTF8String adId = click.getUTF8String(ClickBatch.AD_ID);
      Instant clickedAt =
          Instant.EPOCH.plus(click.getLong(ClickBatch.CLICKED_AT), ChronoUnit.MICROS);
      AdVersion ad = adDirectory.find(adId.toString(), clickedAt);
      PublisherDomain publisher =
          publisherDirectory.find(click.getString(ClickBatch.PUBLISHER_ID), clickedAt);
      if (ad == null || publisher == null) {
        unknownIds++;
      }
      List<String> byPublisher = publisherFlags(click, publisher);
      byPublisher.forEach(rule -> publisherMatches.merge(rule, 1L, Long::sum));
      Judgement judgement =
          Judgement.of(
              ClickMarks.isDuplicate(marked),
              flags(click.getArray(ClickBatch.FRAUD_FLAGS), matched),
              byPublisher,
              ad,
              rulesInForce);
      partials.add(
          new Grain(
              Math.floorDiv(click.getLong(ClickBatch.CLICKED_AT), MICROS_PER_MINUTE)
                  * MICROS_PER_MINUTE,
              text(judgement.advertiserId()),
              text(
                  judgement.campaignId(
                      click.isNullAt(ClickBatch.CAMPAIGN_ID)
                          ? null
                          : click.getString(ClickBatch.CAMPAIGN_ID))),
              adId,
              click.getUTF8String(ClickBatch.PUBLISHER_ID),
              textAt(click, ClickBatch.GEO_COUNTRY),
              textAt(click, ClickBatch.DEVICE_TYPE),
              text(judgement.currency())),
          judgement.verdict(),
          judgement.costMicros(),
          textAt(click, ClickBatch.USER_HASH));
    }

    private List<String> publisherFlags(InternalRow click, PublisherDomain publisher) {
      return rulesInForce.publisherFlags(
          publisher == null ? null : publisher.domain(),
          click.isNullAt(ClickBatch.PAGE_HOST) ? null : click.getString(ClickBatch.PAGE_HOST));
    }

    void writePartials() {
      partials.drain(
          values -> {
            Object[] row = Arrays.copyOf(values, values.length + 2);
            row[values.length] = landedAt;
            row[values.length + 1] = OnTimeRule.isOnTime((Long) row[0], landedAt);
            liveFiles.write(new GenericInternalRow(row));
          });
    }

    private InternalRow flaggedRow(InternalRow click, List<String> matched) {
      return new GenericInternalRow(
          new Object[] {
            click.getUTF8String(ClickBatch.CLICK_ID).copy(),
            click.getLong(ClickBatch.CLICKED_AT),
            click.getUTF8String(ClickBatch.AD_ID).copy(),
            click.getUTF8String(ClickBatch.PUBLISHER_ID).copy(),
            new GenericArrayData(matched.stream().map(UTF8String::fromString).toArray()),
            rulesVersion,
            click.getInt(ClickBatch.KAFKA_PARTITION),
            click.getLong(ClickBatch.KAFKA_OFFSET),
            click.getLong(ClickBatch.LANDED_AT)
          });
    }
  }

  /** The flags of the stateless rules, which raw.clicks has, and those of the stateful rules. */
  private static Collection<String> flags(ArrayData landed, List<String> matched) {
    if (landed.numElements() == 0) {
      return matched;
    }
    List<String> flags = new ArrayList<>(matched);
    for (int i = 0; i < landed.numElements(); i++) {
      flags.add(landed.getUTF8String(i).toString());
    }
    return flags;
  }

  private static UTF8String text(String text) {
    return UTF8String.fromString(text);
  }

  private static UTF8String textAt(InternalRow row, int place) {
    return row.isNullAt(place) ? null : row.getUTF8String(place);
  }
}
