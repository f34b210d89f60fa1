package io.clickledger.benchmarks.platform;

import io.clickledger.sandbox.driver.Machine;
import io.clickledger.sandbox.simulator.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How long from receiving a click until Trino counts it, while clicks come at a rate, and what lake
 * and streaming driver hold then. The n-th click sent is visible at the first answer that counts n
 * clicks, and as old as that answer's arrival.
 */
@Command(
    name = "freshness",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures from receiving a click to seeing it in Trino.")
public final class Freshness implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
  private static final Duration FILE_COUNT_INTERVAL = Duration.ofSeconds(10);

  /** The first of two double clicks is dated a little before it is sent; nothing more than that. */
  private static final Duration MAX_CLICK_AGE = Duration.ofHours(1);

  /** The rate counts as kept where it is missed by no more than this share. */
  private static final double MAX_MISSED_SHARE = 0.01;

  @Mixin private PlatformOptions platform;

  @Option(
      names = "--rate",
      defaultValue = "1000",
      description = "Records a second (${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--duration",
      defaultValue = "2m",
      description = "How long to send what is measured (${DEFAULT-VALUE}).")
  private String duration;

  @Option(
      names = "--warm-up",
      defaultValue = "0s",
      description = "How long to send at the rate before that (${DEFAULT-VALUE}).")
  private String warmUp;

  @Option(
      names = "--target",
      defaultValue = "http",
      description = "http, kafka or both (${DEFAULT-VALUE}).")
  private String target;

  @Option(
      names = "--late",
      defaultValue = "0",
      description = "Share of clicks that are late, such as 0.05 (${DEFAULT-VALUE}).")
  private String late;

  @Option(
      names = "--late-up-to",
      defaultValue = "35d",
      description = "Late clicks are of any age up to this (${DEFAULT-VALUE}).")
  private String lateUpTo;

  private final SentTimes sent = new SentTimes();
  private Instant filesCountedAt = Instant.EPOCH;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Freshness()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    PlatformFolder folder = platform.folder();
    Duration warming = Durations.parse(warmUp);
    Duration all = warming.plus(Durations.parse(duration));
    try (TableFiles files = new TableFiles(folder.catalog())) {
      files.count();
      Traffic traffic =
          new Traffic(
              platform,
              rate,
              all.toSeconds() + "s",
              target,
              new Traffic.Late(late, lateUpTo),
              sent);
      Instant begun = Instant.now();
      Instant measured = begun.plus(warming);
      try (VisibleClicks visible =
          new VisibleClicks(
              folder.trinoUrl(), files.live(), traffic.publisher, begun.minus(oldest()))) {
        watch(visible, files, () -> traffic.isRunning() && Instant.now().isBefore(measured));
        Duration ownCpu = ownCpu();
        try (StreamingDriver driver =
            new StreamingDriver(folder.streamingDriver(), folder.streamingMetrics())) {
          watch(visible, files, traffic::isRunning);
          traffic.await();
          Instant limit = Instant.now().plus(TIMEOUT);
          watch(
              visible,
              files,
              () -> visible.clicks() < sent.size() && Instant.now().isBefore(limit));
          files.count();
          printAges(visible, measured);
          System.out.printf(
              "  Trino was asked %d times, answers took %s; sending and asking took %.2f cores%n",
              visible.answerTimes().sortedMillis().length,
              visible.answerTimes(),
              (double) ownCpu().minus(ownCpu).toMillis()
                  / Duration.between(measured, Instant.now()).toMillis());
          driver.print(System.out);
        }
        files.print(System.out);
        System.out.println("on " + Machine.describe());
        return visible.clicks() < sent.size() ? 1 : 0;
      }
    }
  }

  /** Looks what Trino counts, and now and then at the files. */
  private void watch(VisibleClicks visible, TableFiles files, BooleanSupplier goOn)
      throws Exception {
    while (goOn.getAsBoolean()) {
      visible.poll();
      if (Instant.now().isAfter(filesCountedAt.plus(FILE_COUNT_INTERVAL))) {
        files.count();
        filesCountedAt = Instant.now();
      }
      Thread.sleep(POLL_INTERVAL.toMillis());
    }
  }

  private void printAges(VisibleClicks visible, Instant from) {
    long[] sentAt = sent.inOrder();
    int seen = (int) Math.min(visible.clicks(), sentAt.length);
    int first = (int) Arrays.stream(sentAt).takeWhile(at -> at < from.toEpochMilli()).count();
    long[] ages = new long[Math.max(0, seen - first)];
    for (int i = 0; i < ages.length; i++) {
      ages[i] = visible.firstSeenAt(first + i + 1L) - sentAt[first + i];
    }
    System.out.printf(
        "freshness at %,.0f records/s for %s over %s, after %s at that rate, %,d clicks: %s%n",
        sent.recordsPerSecond(), duration, target, warmUp, ages.length, Percentiles.of(ages));
    if (sent.recordsPerSecond() < rate * (1 - MAX_MISSED_SHARE)) {
      System.out.printf("  THE RATE WAS NOT KEPT: %,d records/s were asked for%n", rate);
    }
    if (seen < sentAt.length) {
      System.out.printf("  ONLY %,d OF %,d CLICKS BECAME VISIBLE%n", seen, sentAt.length);
    }
  }

  /** No click is older than this when it is sent. */
  private Duration oldest() {
    return Double.parseDouble(late) == 0
        ? MAX_CLICK_AGE
        : Durations.parse(lateUpTo).plus(MAX_CLICK_AGE);
  }

  private static Duration ownCpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }
}
