package io.clickledger.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.history.HistoriesIT.Click;
import io.clickledger.history.HistoriesIT.Reference;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.fraud.StatefulRules;
import io.clickledger.rules.history.ClickHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories that start from copies say what those say that start from raw.clicks alone. */
class HistoryCopiesIT {
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final StatefulRules RULES = FraudRules.shipped().stateful();
  private static final UUID TABLE = new UUID(1, 2);
  private static final int BUCKETS = 5;

  /** Slices of ten minutes, a landing every five: three batches of four landings are an hour. */
  private static final int BATCHES = 3;

  private static SparkSession spark;

  @TempDir private Path temporary;

  private Path folder;
  private Reference reference;
  private Random random;
  private List<List<Click>> fedClicks;
  private int failures;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void begin() {
    folder = temporary.resolve("copies");
    reference = new Reference();
    random = new Random(20261129);
    fedClicks = new ArrayList<>();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 5000})
  void startsFromCopiesOfWhatWasToldAndOfWhatWasLoaded(int keys) {
    feedBatches(histories(TABLE), keys);
    ClickPieces first = startAndCompare(TABLE, keys);
    assertThat(first.read())
        .extracting(Click::landedAt)
        .allMatch(landed -> slice(landed) == last());

    deleteCopies();
    ClickPieces without = startAndCompare(TABLE, keys);
    assertThat(without.read())
        .extracting(Click::landedAt)
        .anyMatch(landed -> slice(landed) < last());

    ClickPieces again = startAndCompare(TABLE, keys);
    assertThat(again.read())
        .extracting(Click::landedAt)
        .allMatch(landed -> slice(landed) == last());
  }

  /** What may have happened to a file. */
  enum Damage {
    A_BYTE_OF_THE_SLICE {
      @Override
      void apply(Path copy) throws IOException {
        flip(copy, (int) Files.size(copy) / 2);
      }
    },
    A_BYTE_OF_THE_HEADER {
      @Override
      void apply(Path copy) throws IOException {
        flip(copy, CopyHeader.BYTES / 2);
      }
    },
    ANOTHER_FORMAT {
      @Override
      void apply(Path copy) throws IOException {
        flip(copy, Long.BYTES);
      }
    },
    CUT_OFF {
      @Override
      void apply(Path copy) throws IOException {
        byte[] bytes = Files.readAllBytes(copy);
        Files.write(copy, Arrays.copyOf(bytes, bytes.length - 5));
      }
    },
    EMPTY {
      @Override
      void apply(Path copy) throws IOException {
        Files.write(copy, new byte[0]);
      }
    },
    GONE {
      @Override
      void apply(Path copy) throws IOException {
        Files.delete(copy);
      }
    },
    OF_ANOTHER_BUCKET {
      @Override
      void apply(Path copy) throws IOException {
        String other = copy.getFileName().toString().replace("bucket-3", "bucket-2");
        Files.write(copy, Files.readAllBytes(copy.resolveSibling(other)));
      }
    };

    abstract void apply(Path copy) throws IOException;

    private static void flip(Path copy, int at) throws IOException {
      byte[] bytes = Files.readAllBytes(copy);
      bytes[at] ^= 1;
      Files.write(copy, bytes);
    }
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void readsRawClicksFromTheFirstCopyThatIsDamaged(Damage damage) throws IOException {
    feedBatches(histories(TABLE), 40);
    long third = slice(fedClicks.get(0).get(0).landedAt()) + 2;
    damage.apply(folder.resolve("bucket-3-slice-%d.copy".formatted(third)));

    ClickPieces window = startAndCompare(TABLE, 40);

    assertThat(window.read().stream().mapToLong(click -> slice(click.landedAt())).min())
        .hasValue(third);
  }

  @Test
  void readsRawClicksWhereTheCopiesAreOfAnotherTable() {
    feedBatches(histories(TABLE), 40);

    ClickPieces window = startAndCompare(new UUID(1, 3), 40);

    assertThat(window.read()).hasSize(fedClicks.stream().mapToInt(List::size).sum());
  }

  @Test
  void readsRawClicksWhereItHasOneClickLess() {
    feedBatches(histories(TABLE), 40);
    Click gone = fedClicks.get(1).remove(fedClicks.get(1).size() - 1);

    assertRawIsReadFrom(gone);
  }

  /** As after a roll-back: the clicks are there again, but landed by another commit. */
  @Test
  void readsRawClicksWhereAClickLandedAtAnotherTime() {
    feedBatches(histories(TABLE), 40);
    List<Click> batch = fedClicks.get(1);
    Click click = batch.get(batch.size() - 1);
    batch.set(
        batch.size() - 1,
        new Click(
            click.clickId(),
            click.second(),
            click.ad(),
            click.address(),
            click.user(),
            click.partition(),
            click.offset(),
            click.landedAt() + 1));

    assertRawIsReadFrom(click);
  }

  @Test
  void countsWithoutCopiesWhereNoneCanBeWritten() throws IOException {
    Files.createFile(folder);

    feedBatches(histories(TABLE), 40);

    assertThat(failures).isPositive();
    assertThat(startAndCompare(TABLE, 40).read()).isNotEmpty();
  }

  @Test
  void keepsCopiesPrivateAndNoLongerThanNeeded() throws IOException {
    Histories histories = histories(TABLE);
    feedBatches(histories, 40);
    assertThat(Files.getPosixFilePermissions(folder))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(copies())
        .hasSize(BUCKETS * 8)
        .allSatisfy(
            copy ->
                assertThat(Files.getPosixFilePermissions(copy))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------")));
    Files.createFile(folder.resolve("bucket-1-slice-1.copy.1234.tmp"));

    // The first is on its way beyond what a start needs, by the second they are.
    for (int batch = 20; batch < 22; batch++) {
      List<Click> clicks = HistoriesIT.clicks(random, 40, batch, List.of());
      histories.feed(
          HistoriesIT.batch(clicks, 2),
          HistoriesIT.newest(clicks),
          RULES,
          () -> HistoryWindow.EMPTY);
    }

    long keepFrom = slice(NOON_MILLIS + 20 * 4 * 300_000L + 3 * 300_000L) - ClickHistory.SLICES;
    assertThat(copies())
        .isNotEmpty()
        .allSatisfy(
            copy ->
                assertThat(
                        Long.parseLong(
                            copy.getFileName().toString().replaceAll(".*slice-|[.].*", "")))
                    .isGreaterThanOrEqualTo(keepFrom));
  }

  private static final long NOON_MILLIS = Instant.parse("2026-11-20T12:00:00Z").toEpochMilli();

  /** Feeds batch after batch, as a driver does that found nothing counted. */
  private void feedBatches(Histories histories, int keys) {
    for (int batch = 0; batch < BATCHES; batch++) {
      List<Click> clicks = new ArrayList<>(batch(batch, keys));
      fedClicks.add(clicks);
      compare(histories, clicks, () -> HistoryWindow.EMPTY);
    }
  }

  /** Starts on what was fed, and compares what the next clicks are with one history. */
  private ClickPieces startAndCompare(UUID table, int keys) {
    reference = new Reference();
    fedClicks.forEach(reference::marks);
    ClickPieces window = window();
    Histories histories = histories(table);
    histories.load(() -> window);
    List<Click> next = batch(BATCHES, keys);
    compare(
        histories,
        next,
        () -> {
          throw new AssertionError("the window is known");
        });
    return window;
  }

  private void assertRawIsReadFrom(Click changed) {
    ClickPieces window = startAndCompare(TABLE, 40);

    assertThat(window.read().stream().mapToLong(click -> slice(click.landedAt())).min())
        .hasValue(slice(changed.landedAt()));
  }

  private void compare(
      Histories histories, List<Click> clicks, java.util.function.Supplier<HistoryWindow> before) {
    Map<Click, Integer> expected = reference.marks(clicks);
    assertThat(expected).isNotEmpty();
    ClickMarks marks =
        histories.feed(HistoriesIT.batch(clicks, 2), HistoriesIT.newest(clicks), RULES, before);
    for (Click click : clicks) {
      assertThat(marks.at(click.partition(), click.offset()))
          .as("%s", click)
          .isEqualTo(expected.getOrDefault(click, 0));
    }
  }

  private List<Click> batch(int batch, int keys) {
    return HistoriesIT.clicks(
        random, keys, batch, fedClicks.stream().flatMap(List::stream).toList());
  }

  private ClickPieces window() {
    return new ClickPieces(fedClicks, clicks -> HistoriesIT.dataset(clicks, 2));
  }

  private long last() {
    return slice(window().through().toEpochMilli());
  }

  private static long slice(long millis) {
    return ClickHistory.sliceAt(WINDOW, millis);
  }

  private Histories histories(UUID table) {
    return new Histories(
        WINDOW,
        BUCKETS,
        42,
        Optional.of(
            new CopySurvey(
                JavaSparkContext.fromSparkContext(spark.sparkContext()),
                HistoryCopies.of(folder, BUCKETS, WINDOW.toMillis(), 7, table))),
        failed -> failures += failed);
  }

  private List<Path> copies() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted(Comparator.naturalOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteCopies() {
    for (Path copy : copies()) {
      try {
        Files.delete(copy);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
