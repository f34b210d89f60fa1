package io.clickledger.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.clickledger.history.KeyedClicks.Chunk;
import io.clickledger.history.KeyedClicks.Kind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.Tuple2;

class KeyedClicksTest {
  private static final int BUCKETS = 400;
  private static final long SECRET = 42;

  /** Columns as {@link ClickBatch} has them. */
  private record Row(
      UUID clickId,
      int second,
      String ad,
      Long address,
      Long user,
      int partition,
      long offset,
      long landedAtMillis) {

    InternalRow row() {
      return new GenericInternalRow(
          new Object[] {
            UTF8String.fromString(clickId.toString()),
            second * 1_000_000L,
            UTF8String.fromString(ad),
            address == null ? null : UTF8String.fromString("%016xffff".formatted(address)),
            user == null ? null : UTF8String.fromString("%016xffff".formatted(user)),
            partition,
            offset,
            landedAtMillis * 1_000
          });
    }
  }

  /** An entry of a chunk. */
  private record Entry(
      Kind kind, long landedAtMillis, int partition, long offset, List<Long> key, int second) {}

  @Test
  void takesMemoryByTheNumberOfClicksNotOfBuckets() {
    List<Row> clicks = IntStream.range(0, 20).mapToObj(i -> click(i, i, 0, i)).toList();

    assertThat(allocatedBy(clicks)).isLessThan(200_000);
  }

  @Test
  void takesMemoryByClicksNotByLandingsOrPartitions() {
    int clicks = 20_000;
    List<Row> ofOneLanding = IntStream.range(0, clicks).mapToObj(i -> click(i, i, 0, 0)).toList();
    List<Row> ofOneEach = IntStream.range(0, clicks).mapToObj(i -> click(i, i, i % 7, i)).toList();

    assertThat(allocatedBy(ofOneLanding)).isLessThan(clicks * 1_000L);
    assertThat(allocatedBy(ofOneEach)).isLessThan(clicks * 2_000L);
  }

  /** Where this fails, copies of histories were fed something else: raise the format. */
  @Test
  void sendsWhatCopiesOfThisFormatWereTold() {
    CRC32C checksum = new CRC32C();
    new KeyedClicks(BUCKETS, SECRET)
        .call(
            IntStream.range(0, 500)
                .mapToObj(i -> click(i, i % 40, i % 3, i / 100).row())
                .iterator())
        .forEachRemaining(
            chunk -> {
              checksum.update(chunk._1());
              checksum.update(chunk._2());
            });

    assertThat(List.of(CopyHeader.FORMAT, checksum.getValue())).isEqualTo(List.of(1L, 238238813L));
  }

  @Test
  void makesFewChunksOfClicksInAnyOrder() {
    List<Row> clicks = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      clicks.add(click(i, i, i % 2, 0));
    }
    Collections.shuffle(clicks, new Random(1));

    assertThat(pack(clicks, 8)).hasSizeLessThanOrEqualTo(Kind.ALL.length * 8 * 2);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 7", "1000, 1", "1000, 50", "30000, 1", "30000, 3", "50000, 400"})
  void packsEveryClickOnceInChunksThatAscendByOffset(int count, int buckets) {
    Random random = new Random(count + buckets);
    List<Row> clicks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clicks.add(
          new Row(
              new UUID(random.nextInt(1_000), random.nextLong()),
              random.nextInt(),
              "ad-" + random.nextInt(5),
              random.nextInt(4) == 0 ? null : (long) random.nextInt(3),
              random.nextInt(4) == 0 ? null : random.nextLong(),
              i % 3,
              i,
              random.nextBoolean() ? 0 : random.nextInt(5)));
    }
    Collections.shuffle(clicks, random);

    List<Entry> packed = new ArrayList<>();
    Map<List<Object>, Integer> bucketOfKey = new HashMap<>();
    for (Tuple2<Integer, byte[]> chunk : pack(clicks, buckets)) {
      assertThat(chunk._1()).isBetween(0, buckets - 1);
      List<Entry> entries = entries(Chunk.of(chunk._2()));
      assertThat(entries).isNotEmpty();
      for (int i = 0; i < entries.size(); i++) {
        Entry entry = entries.get(i);
        assertThat(i == 0 || entries.get(i - 1).offset() < entry.offset()).isTrue();
        Integer other = bucketOfKey.putIfAbsent(List.of(entry.kind(), entry.key()), chunk._1());
        assertThat(other == null || other.equals(chunk._1())).isTrue();
      }
      packed.addAll(entries);
    }
    Set<Entry> expected = new HashSet<>();
    clicks.forEach(click -> expected.addAll(entries(click)));
    assertThat(packed).hasSameSizeAs(expected);
    assertThat(new HashSet<>(packed)).isEqualTo(expected);
  }

  /**
   * Click_ids of one bucket under one secret, as who knows the way from key to bucket picks them.
   */
  @Test
  void spreadsClickIdsBySomethingThatNoSenderKnows() {
    List<Row> aimed = new ArrayList<>();
    for (int i = 0; aimed.size() < 400; i++) {
      Row click = click(i, i, 0, 0);
      int bucket =
          pack(List.of(click), 8).stream()
              .filter(chunk -> Chunk.of(chunk._2()).kind() == Kind.CLICK_ID)
              .findFirst()
              .orElseThrow()
              ._1();
      if (bucket == 3) {
        aimed.add(click);
      }
    }

    Set<Integer> elsewhere = new HashSet<>();
    new KeyedClicks(8, SECRET + 1)
        .call(aimed.stream().map(Row::row).iterator())
        .forEachRemaining(
            chunk -> {
              if (Chunk.of(chunk._2()).kind() == Kind.CLICK_ID) {
                elsewhere.add(chunk._1());
              }
            });

    assertThat(elsewhere).hasSize(8);
  }

  /** Two ads that meet in Spark's own hash, which whoever names ads can look for. */
  @Test
  void distinguishesAdsThatShareAnUnkeyedHash() {
    Map<Integer, String> seen = new HashMap<>();
    String first = null;
    String second = null;
    for (int i = 0; first == null; i++) {
      second = "ad-" + i;
      first = seen.put(UTF8String.fromString(second).hashCode(), second);
    }

    assertThat(adHash(first)).isNotEqualTo(adHash(second));
  }

  private static int adHash(String ad) {
    Row click = new Row(new UUID(1, 1), 1, ad, null, 7L, 0, 1, 0);
    return pack(List.of(click), 8).stream()
        .map(chunk -> Chunk.of(chunk._2()))
        .filter(chunk -> chunk.kind() == Kind.USER)
        .findFirst()
        .orElseThrow()
        .entries()
        .getInt(2 * Long.BYTES + 2 * Integer.BYTES);
  }

  private static Row click(int number, long offset, int partition, long landedAtMillis) {
    return new Row(
        new UUID(number * 0x9e3779b97f4a7c15L, number),
        number,
        "ad-" + number % 3,
        (long) number * 7,
        (long) number * 11,
        partition,
        offset,
        landedAtMillis);
  }

  private static List<Entry> entries(Row click) {
    List<Entry> entries = new ArrayList<>();
    long landed = click.landedAtMillis();
    entries.add(
        new Entry(
            Kind.CLICK_ID,
            landed,
            click.partition(),
            click.offset(),
            List.of(
                click.clickId().getMostSignificantBits(),
                click.clickId().getLeastSignificantBits()),
            0));
    if (click.address() != null) {
      entries.add(
          new Entry(
              Kind.ADDRESS,
              landed,
              click.partition(),
              click.offset(),
              List.of(click.address()),
              click.second()));
    }
    if (click.user() != null) {
      entries.add(
          new Entry(
              Kind.USER,
              landed,
              click.partition(),
              click.offset(),
              List.of(click.user()),
              click.second()));
    }
    return entries;
  }

  private static List<Entry> entries(Chunk chunk) {
    List<Entry> entries = new ArrayList<>();
    while (chunk.entries().hasRemaining()) {
      long offset = chunk.entries().getLong();
      List<Long> key = new ArrayList<>(List.of(chunk.entries().getLong()));
      int second = 0;
      if (chunk.kind() == Kind.CLICK_ID) {
        key.add(chunk.entries().getLong());
      } else {
        second = chunk.entries().getInt();
        chunk.entries().getInt();
      }
      if (chunk.kind() == Kind.USER) {
        chunk.entries().getInt();
      }
      entries.add(
          new Entry(chunk.kind(), chunk.landedAtMillis(), chunk.partition(), offset, key, second));
    }
    return entries;
  }

  private static List<Tuple2<Integer, byte[]>> pack(List<Row> clicks, int buckets) {
    List<Tuple2<Integer, byte[]>> chunks = new ArrayList<>();
    new KeyedClicks(buckets, SECRET)
        .call(clicks.stream().map(Row::row).iterator())
        .forEachRemaining(chunks::add);
    return chunks;
  }

  private static long allocatedBy(List<Row> clicks) {
    pack(clicks.subList(0, 1), BUCKETS); // so that no class is loaded while it is measured
    List<InternalRow> rows = clicks.stream().map(Row::row).toList();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    new KeyedClicks(BUCKETS, SECRET).call(rows.iterator()).forEachRemaining(chunk -> {});
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
