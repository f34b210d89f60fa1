package io.clickledger.ingestion.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.ingestion.metrics.IngestionMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

  private static final long MAX_BYTES = 4 * 1024 * 1024;

  /** Each record of {@link #click} has as many bytes. */
  private static final int RECORD_BYTES = 8 + 8 + 2 + 3 + 11;

  @TempDir Path folder;

  private final IngestionMetrics metrics = new IngestionMetrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void givesClicksBackInTheirOrderAndAfterARestart() throws Exception {
    try (Spool spool = open(folder)) {
      spool.append(List.of(click(1), click(2))).join();
      spool.append(List.of(click(3))).join();
    }
    try (Spool spool = open(folder)) {
      spool.append(List.of(click(4))).join();

      assertThat(drain(spool)).containsExactly("c01", "c02", "c03", "c04");
      assertThat(spool.bytes()).isZero();
      assertThat(segments(folder)).isEmpty();
    }
  }

  @Test
  void keepsTheTimestampAndTheBytesOfAClick() throws Exception {
    SpooledClick click = new SpooledClick(1_700_000_000_123L, "é", new byte[] {0, -1, 10, 9});
    try (Spool spool = open(folder)) {
      spool.append(List.of(click)).join();

      assertThat(spool.oldest().orElseThrow().next())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(click);
    }
  }

  @Test
  void keepsAllRequestsOfManyThreads() throws Exception {
    try (Spool spool = open(folder)) {
      List<CompletableFuture<Void>> kept =
          IntStream.range(0, 90)
              .parallel()
              .mapToObj(i -> spool.append(List.of(click(i), click(i))))
              .toList();
      kept.forEach(CompletableFuture::join);

      List<String> clicks = drain(spool);

      assertThat(clicks).hasSize(180).contains("c00", "c89");
      assertThat(clicks.stream().distinct()).hasSize(90);
    }
  }

  @Test
  void cutsATornTailAtWhateverByteItEnds() throws Exception {
    byte[] whole = segmentOfThree();

    for (int end = 2 * RECORD_BYTES; end < whole.length; end++) {
      Path torn = Files.createDirectory(folder.resolve("torn-" + end));
      Files.write(torn.resolve("1.clicks"), Arrays.copyOf(whole, end));
      try (Spool spool = open(torn)) {
        assertThat(spool.bytes()).isEqualTo(2L * RECORD_BYTES);
        spool.append(List.of(click(9))).join();
        assertThat(drain(spool)).containsExactly("c01", "c02", "c09");
        assertThat(setAside(torn)).isEmpty();
      }
    }
  }

  @Test
  void setsAsideExactlyTheDamagedRecordWhicheverBitIsFlipped() throws Exception {
    byte[] whole = segmentOfThree();

    for (int at = RECORD_BYTES; at < 2 * RECORD_BYTES; at++) {
      Path flipped = Files.createDirectory(folder.resolve("flipped-" + at));
      byte[] bytes = whole.clone();
      bytes[at] ^= 1 << (at % 8);
      Files.write(flipped.resolve("1.clicks"), bytes);
      try (Spool spool = open(flipped)) {
        assertThat(drain(spool)).as("byte " + at).containsExactly("c01", "c03");
        assertThat(setAside(flipped)).hasSize(1);
        assertThat(Files.readAllBytes(setAside(flipped).get(0)))
            .isEqualTo(Arrays.copyOfRange(bytes, RECORD_BYTES, 2 * RECORD_BYTES));
      }
    }
  }

  @Test
  void setsAsideTheDamagedEndOfAnEarlierSegment() throws Exception {
    byte[] whole = segmentOfThree();
    Files.write(folder.resolve("1.clicks"), Arrays.copyOf(whole, whole.length - 1));
    Files.write(folder.resolve("2.clicks"), whole);
    try (Spool spool = open(folder)) {
      assertThat(drain(spool)).containsExactly("c01", "c02", "c01", "c02", "c03");
      assertThat(setAside(folder)).hasSize(1);
      assertThat(Files.size(setAside(folder).get(0))).isEqualTo(RECORD_BYTES - 1);
    }
  }

  @Test
  void keepsAClickThatIsRefusedAsALineThatKafkasOwnProducerReads() throws Exception {
    try (Spool spool = open(folder)) {
      spool.append(List.of(click(1))).join();
      SegmentReader segment = spool.oldest().orElseThrow();

      segment.setAside(segment.next().get(0), new IllegalStateException("too large"));
      spool.remove(segment);

      assertThat(setAside(folder)).hasSize(1);
      assertThat(setAside(folder).get(0))
          .hasFileName("0000000000000000001.clicks.IllegalStateException.tsv")
          .hasContent("c01\t{\"click\":1}\n");
    }
  }

  @Test
  void refusesWhatWouldBeBeyondItsBytesUntilThereIsRoom() throws Exception {
    try (Spool spool = open(folder)) {
      byte[] value = new byte[1024 * 1024];
      for (int i = 0; i < 3; i++) {
        spool.append(List.of(new SpooledClick(0, "key", value))).join();
      }
      assertThat(spool.hasRoom()).isFalse();
      assertThatThrownBy(spool.append(List.of(new SpooledClick(0, "key", value)))::join)
          .hasCauseInstanceOf(SpoolException.class)
          .hasMessageContaining("the spool is full (spool.max-bytes is 4194304)");

      assertThat(drain(spool)).hasSize(3);

      assertThat(spool.hasRoom()).isTrue();
      spool.append(List.of(new SpooledClick(0, "key", value))).join();
    }
  }

  @Test
  void countsWhatIsSetAsideUntilSomebodyTakesItAway() throws Exception {
    Path aside = Files.createDirectory(folder.resolve("set-aside")).resolve("1.tsv");
    Files.write(aside, new byte[(int) MAX_BYTES]);
    try (Spool spool = open(folder)) {
      assertThatThrownBy(spool.append(List.of(click(1)))::join).hasMessageContaining("full");

      Files.delete(aside);

      spool.append(List.of(click(1))).join();
    }
  }

  @Test
  void failsRequestsWhileTheFolderCannotBeWrittenAndGoesOnAfterwards() throws Exception {
    Path own = folder.resolve("own");
    try (Spool spool = open(own)) {
      spool.append(List.of(click(1))).join();
      assertThat(spool.oldest()).isPresent(); // the next request needs a new file
      Path moved = Files.move(own, folder.resolve("moved"));

      assertThatThrownBy(spool.append(List.of(click(2)))::join)
          .hasCauseInstanceOf(SpoolException.class)
          .hasMessageContaining("cannot be written");
      assertThat(spool.hasRoom()).isFalse();
      Files.move(moved, own);

      spool.append(List.of(click(3))).join();
      assertThat(drain(spool)).containsExactly("c01", "c03");
    }
  }

  @Test
  void belongsToOneOwner() {
    try (Spool spool = open(folder)) {
      assertThatThrownBy(() -> open(folder))
          .isInstanceOf(SpoolException.class)
          .hasMessage(
              "spool.folder must be a folder of this process alone, another one uses " + folder);
      assertThat(spool.bytes()).isZero();
    }
    open(folder).close();
  }

  @Test
  void saysThatItsFolderCannotBeWritten() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> open(file.resolve("spool")))
        .isInstanceOf(SpoolException.class)
        .hasMessage("spool.folder must be a folder to write to, was " + file.resolve("spool"));
  }

  @Test
  void refusesClicksOnceItIsClosed() {
    Spool spool = open(folder);
    spool.close();

    assertThatThrownBy(spool.append(List.of(click(1)))::join).hasMessageContaining("is closed");
  }

  @Test
  void letsNobodyElseReadItsFiles() throws Exception {
    Path own = folder.resolve("own");
    try (Spool spool = open(own)) {
      spool.append(List.of(click(1))).join();

      assertThat(mode(own)).isEqualTo("rwx------");
      assertThat(mode(own.resolve("set-aside"))).isEqualTo("rwx------");
      assertThat(mode(segments(own).get(0))).isEqualTo("rw-------");
    }
  }

  private byte[] segmentOfThree() throws IOException {
    Path whole = folder.resolve("whole");
    try (Spool spool = open(whole)) {
      for (int i = 1; i <= 3; i++) {
        spool.append(List.of(click(i))).join();
      }
    }
    byte[] bytes = Files.readAllBytes(segments(whole).get(0));
    assertThat(bytes).hasSize(3 * RECORD_BYTES);
    return bytes;
  }

  private Spool open(Path path) {
    return Spool.open(path, MAX_BYTES, metrics);
  }

  private static SpooledClick click(int number) {
    return new SpooledClick(
        number,
        "c%02d".formatted(number),
        "{\"click\":%d}".formatted(number % 10).getBytes(StandardCharsets.UTF_8));
  }

  /** The keys of all clicks; afterwards, the spool is empty. */
  private static List<String> drain(Spool spool) throws IOException {
    List<String> keys = new ArrayList<>();
    for (Optional<SegmentReader> oldest = spool.oldest();
        oldest.isPresent();
        oldest = spool.oldest()) {
      SegmentReader segment = oldest.get();
      for (List<SpooledClick> clicks = segment.next(); !clicks.isEmpty(); clicks = segment.next()) {
        clicks.forEach(click -> keys.add(click.key()));
      }
      spool.remove(segment);
    }
    return keys;
  }

  private static List<Path> segments(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.toString().endsWith(".clicks")).toList();
    }
  }

  private static List<Path> setAside(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path.resolve("set-aside"))) {
      return files.toList();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
