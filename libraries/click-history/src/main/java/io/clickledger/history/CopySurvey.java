package io.clickledger.history;

import io.clickledger.rules.history.ClickHistory;
import io.clickledger.rules.history.ClickSlice;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the copies of histories that a start may use: those of the first slices of the window that
 * all buckets have, and only while what they were fed landed in raw.clicks, as many clicks in the
 * same landings.
 */
public final class CopySurvey {
  private static final Logger LOG = LoggerFactory.getLogger(CopySurvey.class);

  private final JavaSparkContext spark;
  private final HistoryCopies copies;

  public CopySurvey(JavaSparkContext spark, HistoryCopies copies) {
    this.spark = spark;
    this.copies = copies;
  }

  HistoryCopies copies() {
    return copies;
  }

  public JavaSparkContext spark() {
    return spark;
  }

  /**
   * What was found.
   *
   * @param executors for each bucket the executor that has its copies
   * @param slices which slices have copies; in others that end before {@code end} nothing landed
   * @param end the first slice that must be loaded
   */
  public record Found(List<String> executors, List<Long> slices, long end) {

    /** Only so many slices. */
    Found first(int count) {
      return new Found(executors, slices.subList(0, count), slices.get(count));
    }
  }

  /** What landed in a slice: how many clicks, and the sum of their landings. */
  private record Landed(long clicks, long landings) {
    static final Landed NOTHING = new Landed(0, 0);

    Landed plus(Landed other) {
      return new Landed(clicks + other.clicks, landings + other.landings);
    }
  }

  /** The copies that an executor has. */
  private record Listing(String executor, List<CopyKey> copies) implements Serializable {}

  /** One copy, as its header has it. */
  private record CopyKey(int bucket, long slice, long clicks, long landings)
      implements Serializable {

    Landed landed() {
      return new Landed(clicks, landings);
    }
  }

  /** Looks through the folders of all executors that answer. */
  public Found find(HistoryWindow window, Duration length) {
    long first = ClickHistory.sliceAt(length, window.from().toEpochMilli());
    long over = ClickHistory.sliceAt(length, window.through().toEpochMilli());
    Map<Integer, Listing> byBucket = byBucket(listings(first), over);
    if (byBucket.isEmpty()) {
      return new Found(List.of(), List.of(), first);
    }
    SortedMap<Long, Landed> inTable =
        landedInTable(window, length, Instant.ofEpochMilli(ClickHistory.sliceBegin(length, over)));
    SortedMap<Long, Landed> inCopies = landedInCopies(byBucket);
    List<Long> slices = new ArrayList<>();
    long end = first;
    while (end < over) {
      Landed landed = inTable.getOrDefault(end, Landed.NOTHING);
      Landed copied = inCopies.getOrDefault(end, Landed.NOTHING);
      if (landed.clicks() > 0) {
        if (!isComplete(byBucket, end)) {
          LOG.info("not all buckets have a copy of slice {}: it is loaded from raw.clicks", end);
          break;
        }
        if (!landed.equals(copied)) {
          LOG.warn(
              "copies of slice {} are not used: they have {} clicks, raw.clicks has {}, or others",
              end,
              copied.clicks(),
              landed.clicks());
          break;
        }
        slices.add(end);
      }
      end++;
    }
    return new Found(executors(byBucket), slices, end);
  }

  private List<Listing> listings(long firstSlice) {
    if (spark.isLocal()) {
      // The only executor is this program: no task has to wait for those of a landing.
      return List.of(new ListingTask(copies, firstSlice).call(0));
    }
    int tasks = Math.max(1, spark.defaultParallelism());
    List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
    return spark
        .parallelize(numbers, tasks)
        .map(new ListingTask(copies, firstSlice))
        .filter(listing -> !listing.copies().isEmpty())
        .collect();
  }

  /** Of each bucket the executor that has most of its copies. */
  private static Map<Integer, Listing> byBucket(List<Listing> listings, long over) {
    Map<Integer, Listing> byBucket = new HashMap<>();
    for (Listing listing : listings) {
      Map<Integer, List<CopyKey>> ofBuckets =
          listing.copies().stream()
              .filter(copy -> copy.slice() < over)
              .collect(Collectors.groupingBy(CopyKey::bucket));
      ofBuckets.forEach(
          (bucket, copies) ->
              byBucket.merge(
                  bucket,
                  new Listing(listing.executor(), copies),
                  (one, other) -> one.copies().size() < other.copies().size() ? other : one));
    }
    return byBucket;
  }

  private boolean isComplete(Map<Integer, Listing> byBucket, long slice) {
    return byBucket.size() == copies.identity().buckets()
        && byBucket.values().stream()
            .allMatch(listing -> listing.copies().stream().anyMatch(copy -> copy.slice() == slice));
  }

  private List<String> executors(Map<Integer, Listing> byBucket) {
    return byBucket.size() < copies.identity().buckets()
        ? List.of()
        : IntStream.range(0, byBucket.size())
            .mapToObj(bucket -> byBucket.get(bucket).executor())
            .toList();
  }

  private static SortedMap<Long, Landed> landedInCopies(Map<Integer, Listing> byBucket) {
    SortedMap<Long, Landed> landed = new TreeMap<>();
    byBucket
        .values()
        .forEach(
            listing ->
                listing
                    .copies()
                    .forEach(copy -> landed.merge(copy.slice(), copy.landed(), Landed::plus)));
    return landed;
  }

  private static SortedMap<Long, Landed> landedInTable(
      HistoryWindow window, Duration length, Instant before) {
    SortedMap<Long, Landed> landed = new TreeMap<>();
    window
        .rowsByLanding(before)
        .forEach(
            (landing, rows) -> {
              long millis = landing.toEpochMilli();
              landed.merge(
                  ClickHistory.sliceAt(length, millis),
                  new Landed(rows, rows * ClickSlice.landing(millis)),
                  Landed::plus);
            });
    return landed;
  }

  /** Lists the copies where it runs. */
  private static final class ListingTask implements Function<Integer, Listing> {
    private static final long serialVersionUID = 1L;

    private final HistoryCopies copies;
    private final long firstSlice;

    ListingTask(HistoryCopies copies, long firstSlice) {
      this.copies = copies;
      this.firstSlice = firstSlice;
    }

    @Override
    public Listing call(Integer number) {
      return new Listing(
          PreferredExecutorRdd.currentExecutor(),
          copies.list(firstSlice).stream()
              .map(
                  header ->
                      new CopyKey(
                          header.bucket(), header.slice(), header.clicks(), header.landings()))
              .toList());
    }
  }
}
