package io.clickledger.benchmarks.platform;

import io.clickledger.sandbox.simulator.oracle.Oracle;
import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Kills the streaming driver again and again under traffic, at random moments, and compares the
 * report with the oracle: the totals are equal, exactly, or the exit code is 1.
 */
@Command(
    name = "kill-streaming",
    mixinStandardHelpOptions = true,
    description = "Kills the streaming driver under traffic and compares totals with the oracle.")
public final class KillStreaming implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @Mixin private PlatformOptions platform;

  @Option(names = "--kills", defaultValue = "5", description = "How often (${DEFAULT-VALUE}).")
  private int kills;

  @Option(names = "--rate", defaultValue = "500", description = "Clicks a second.")
  private int rate;

  @Option(names = "--seed", description = "Seed of the moments (default: the time).")
  private long seed = System.nanoTime();

  public static void main(String[] args) {
    System.exit(new CommandLine(new KillStreaming()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Random random = new Random(seed);
    System.out.println("seed " + seed);
    List<OracleEntry> answered = Collections.synchronizedList(new ArrayList<>());
    Traffic traffic =
        new Traffic(platform, rate, "forever", "both", Traffic.Late.NONE, answered::add);
    for (int kill = 1; kill <= kills; kill++) {
      Thread.sleep(2_000 + random.nextInt(8_000));
      System.out.println("kill " + kill);
      restartStreaming();
    }
    traffic.stop();
    traffic.await();
    Oracle oracle = new Oracle(answered, traffic.catalogue());
    if (oracle.uncertain() > 0) {
      System.err.println(
          oracle.uncertain() + " clicks were sent without an answer: not comparable");
      return 1;
    }
    Oracle.Totals expected = oracle.totals();
    Api api =
        new Api(platform.folder().servingApi(), platform.folder().apiKey(), traffic.publisher);
    Instant limit = Instant.now().plus(TIMEOUT);
    Oracle.Totals reported = api.totals();
    while (!reported.equals(expected) && Instant.now().isBefore(limit)) {
      Thread.sleep(1_000);
      reported = api.totals();
    }
    System.out.println("sent:     " + expected);
    System.out.println("reported: " + reported);
    System.out.println(reported.equals(expected) ? "equal after " + kills + " kills" : "NOT EQUAL");
    return reported.equals(expected) ? 0 : 1;
  }

  private void restartStreaming() throws IOException, InterruptedException {
    Process restart =
        new ProcessBuilder(
                "./clickledger",
                "restart",
                "--kill",
                "streaming",
                "--data-dir",
                platform.folder().path().toString())
            .inheritIO()
            .start();
    if (restart.waitFor() != 0) {
      throw new IllegalStateException("the streaming driver did not start again");
    }
  }
}
