package io.clickledger.benchmarks;

import io.clickledger.sandbox.simulator.OracleEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How long from sending a click until the API's answer counts it. A report is asked over and over
 * while clicks come at a rate; the n-th click sent is visible at the first answer that counts n
 * clicks, and as old as that answer's arrival.
 */
@Command(
    name = "freshness",
    mixinStandardHelpOptions = true,
    description = "Measures from sending a click to seeing it in a report.")
public final class Freshness implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Mixin private PlatformOptions platform;

  @Option(names = "--rate", defaultValue = "1000", description = "Clicks a second.")
  private int rate;

  @Option(names = "--duration", defaultValue = "2m", description = "How long to send.")
  private String duration;

  @Option(names = "--target", defaultValue = "http", description = "http, kafka or both.")
  private String target;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Freshness()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Traffic traffic = new Traffic(platform, rate, duration, target);
    Api api = new Api(platform.api, traffic.publisher);
    NavigableMap<Long, Long> firstSeen = new TreeMap<>();
    long visible = 0;
    while (traffic.isRunning()) {
      visible = see(api, firstSeen, visible);
    }
    List<OracleEntry> sent =
        traffic.oracle().entries().stream().filter(OracleEntry::isClick).toList();
    Instant limit = Instant.now().plus(PATIENCE);
    while (visible < sent.size() && Instant.now().isBefore(limit)) {
      visible = see(api, firstSeen, visible);
    }
    if (visible < sent.size()) {
      System.err.printf("only %d of %d clicks came into the report%n", visible, sent.size());
      return 1;
    }
    report(sent, firstSeen);
    return 0;
  }

  /** Asks once and notes when so many clicks were seen first. */
  private static long see(Api api, Map<Long, Long> firstSeen, long before) throws Exception {
    long visible = api.totals().gross();
    if (visible > before) {
      firstSeen.put(visible, Instant.now().toEpochMilli());
    }
    Thread.sleep(200);
    return Math.max(visible, before);
  }

  private void report(List<OracleEntry> sent, NavigableMap<Long, Long> firstSeen) throws Exception {
    long[] sentAt = sent.stream().mapToLong(OracleEntry::sentAtMillis).sorted().toArray();
    long[] ages = new long[sentAt.length];
    for (int n = 0; n < sentAt.length; n++) {
      ages[n] = firstSeen.ceilingEntry(n + 1L).getValue() - sentAt[n];
    }
    Arrays.sort(ages);
    System.out.printf(
        "freshness at %d clicks/s for %s over %s, %d clicks: p50 %.1f s, p90 %.1f s, p99 %.1f s, most %.1f s%n",
        rate,
        duration,
        target,
        ages.length,
        percentile(ages, 0.5),
        percentile(ages, 0.9),
        percentile(ages, 0.99),
        percentile(ages, 1));
    System.out.println("on " + Machine.describe());
  }

  private static double percentile(long[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1_000.0;
  }
}
