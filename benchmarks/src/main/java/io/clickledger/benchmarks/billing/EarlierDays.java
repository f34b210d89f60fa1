package io.clickledger.benchmarks.billing;

import io.clickledger.lake.commit.RecordFiles;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTotals;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.driver.IcebergLake;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickIds;
import io.clickledger.schemas.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.DateTimeUtil;

/**
 * What many days before left in the tables, made out of what a real billing run published of a few
 * hours: their rollups, of full size, their click_ids, and the publication that has them. Their
 * verdicts are left out, because a run that adds to these days does not read them.
 */
final class EarlierDays {
  /** How often the hours that are published fit into a day. */
  static final int TIMES = 8;

  static final Duration PUBLISHED_HOURS = Duration.ofDays(1).dividedBy(TIMES);

  private static final String RUN_ID = "earlier_days";
  private static final int WRITERS = 2;

  /** Of the clicks of earlier days, one in so many is a duplicate. */
  private static final int DUPLICATE_EVERY = 50;

  private static final int MAX_ROWS_OF_FILE = 4_000_000;

  private final IcebergLake lake;
  private final BillingRunLoad load;

  /** The last published day, of which these hours are the last ones. */
  private final LocalDate published;

  EarlierDays(IcebergLake lake, BillingRunLoad load, LocalDate published) {
    this.lake = lake;
    this.load = load;
    this.published = published;
  }

  /** Writes and publishes them. */
  void publish() {
    Table quarterHours = lake.table(BillingClicksByQuarterHour.TABLE);
    Table days = lake.table(BillingClicksByDay.TABLE);
    Table ids = lake.table(FraudClickIds.TABLE);
    List<Record> ofHours =
        read(
            quarterHours,
            BillingClicksByQuarterHour.QUARTER_HOUR,
            DateTimeUtil.microsFromInstant(start(published)));
    List<Record> ofDay = read(days, BillingClicksByDay.DAY, DateTimeUtil.daysFromDate(published));
    append(
        quarterHours,
        each(
            load.earlierDays() - 1,
            day -> RecordFiles.write(quarterHours, "filled", quarterHours(ofHours, day + 1))));
    List<Record> allDays = new ArrayList<>();
    for (int day = 1; day < load.earlierDays(); day++) {
      allDays.addAll(day(ofDay, day));
    }
    append(days, List.copyOf(RecordFiles.write(days, "filled", allDays)));
    append(ids, each(load.earlierDays(), day -> ids(ids, day)));
    long gross =
        allDays.stream().mapToLong(row -> (Long) row.getField(ClickMeasures.GROSS_CLICKS)).sum();
    publish(
        gross,
        Map.of(
            quarterHours,
            BillingClicksByQuarterHour.TABLE,
            days,
            BillingClicksByDay.TABLE,
            ids,
            FraudClickIds.TABLE));
  }

  private static List<DataFile> each(int days, IntFunction<? extends Iterable<DataFile>> write) {
    List<CompletableFuture<List<DataFile>>> written =
        IntStream.range(0, WRITERS)
            .mapToObj(
                writer ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          List<DataFile> files = new ArrayList<>();
                          for (int day = writer; day < days; day += WRITERS) {
                            write.apply(day).forEach(files::add);
                          }
                          return files;
                        }))
            .toList();
    return written.stream().map(CompletableFuture::join).flatMap(List::stream).toList();
  }

  /** The hours, again and again until they are the day so many days before. */
  private static List<Record> quarterHours(List<Record> ofHours, int daysBefore) {
    return new AbstractList<>() {
      @Override
      public int size() {
        return ofHours.size() * TIMES;
      }

      @Override
      public Record get(int index) {
        Record row = ofHours.get(index % ofHours.size()).copy();
        OffsetDateTime time =
            (OffsetDateTime) row.getField(BillingClicksByQuarterHour.QUARTER_HOUR);
        row.setField(
            BillingClicksByQuarterHour.QUARTER_HOUR,
            time.minusDays(daysBefore).minus(PUBLISHED_HOURS.multipliedBy(index / ofHours.size())));
        return row;
      }
    };
  }

  private static List<Record> day(List<Record> ofDay, int daysBefore) {
    return ofDay.stream()
        .map(
            of -> {
              Record row = of.copy();
              LocalDate day = (LocalDate) row.getField(BillingClicksByDay.DAY);
              row.setField(BillingClicksByDay.DAY, day.minusDays(daysBefore));
              for (String measure : ClickMeasures.SUMS) {
                row.setField(measure, TIMES * (Long) row.getField(measure));
              }
              return row;
            })
        .toList();
  }

  /** The index of the clicks of a day, in the order of random ids, as a run leaves it. */
  private List<DataFile> ids(Table ids, int daysBefore) {
    Instant start = start(published.minusDays(daysBefore));
    SplittableRandom random = new SplittableRandom(load.seed() * 1_000 + daysBefore);
    long nanosApart = Duration.ofDays(1).toNanos() / load.clicks();
    List<DataFile> files = new ArrayList<>();
    for (int from = 0; from < load.clicks(); from += MAX_ROWS_OF_FILE) {
      int first = from;
      int rows = Math.min(MAX_ROWS_OF_FILE, load.clicks() - from);
      Record row = RecordFiles.row(ids);
      files.addAll(
          RecordFiles.write(
              ids,
              "filled",
              new AbstractList<>() {
                @Override
                public int size() {
                  return rows;
                }

                @Override
                public Record get(int index) {
                  int click = first + index;
                  OffsetDateTime clickedAt =
                      start.plusNanos(nanosApart * click).atOffset(ZoneOffset.UTC);
                  row.setField(FraudClickIds.CLICK_ID_HIGH, random.nextLong());
                  row.setField(FraudClickIds.CLICK_ID_LOW, random.nextLong());
                  row.setField(FraudClickIds.CLICKED_AT, clickedAt);
                  row.setField(FraudClickIds.LANDED_AT, clickedAt);
                  row.setField(FraudClickIds.KAFKA_PARTITION, click % DriverParts.PARTITIONS);
                  row.setField(FraudClickIds.KAFKA_OFFSET, (long) click);
                  row.setField(FraudClickIds.IS_DUPLICATE, click % DUPLICATE_EVERY == 0);
                  return row;
                }
              }));
    }
    return files;
  }

  private static void append(Table table, List<DataFile> files) {
    table.refresh();
    AppendFiles append = table.newFastAppend();
    files.forEach(append::appendFile);
    append.commit();
  }

  /** Records a run that published the clicks of these days too, and its publication. */
  private void publish(long gross, Map<Table, TableName> changed) {
    Table runs = lake.table(BillingRuns.TABLE);
    Record run = read(runs, null, null).get(0).copy();
    run.setField(BillingRuns.RUN_ID, RUN_ID);
    for (String count : List.of(BillingRuns.LANDED_CLICKS, BillingRuns.PUBLISHED_CLICKS)) {
      run.setField(count, gross + (Long) run.getField(count));
    }
    append(runs, List.copyOf(RecordFiles.write(runs, "filled", List.of(run))));
    Publications publications = new Publications(lake.table(BillingPublications.TABLE));
    Publication real = publications.current().orElseThrow();
    Map<TableName, Long> heads = new HashMap<>(real.finalSnapshotIds());
    changed.forEach((table, name) -> heads.put(name, table.currentSnapshot().snapshotId()));
    publications.append(
        OptionalLong.of(real.publicationId()),
        new Publication(
            real.publicationId() + 1,
            real.publishedAt(),
            RUN_ID,
            real.through(),
            heads,
            real.liveSnapshotId(),
            real.rawOffsets(),
            real.landedThrough(),
            List.of(),
            real.closed(),
            PublishedTotals.UNKNOWN));
  }

  /** The rows whose column is at least this; all rows without a column. */
  private static List<Record> read(Table table, String column, Object least) {
    IcebergGenerics.ScanBuilder scan = IcebergGenerics.read(table);
    if (column != null) {
      scan = scan.where(Expressions.greaterThanOrEqual(column, least));
    }
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> all = scan.build()) {
      all.forEach(row -> rows.add(row.copy()));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + table.name(), e);
    }
    return rows;
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
