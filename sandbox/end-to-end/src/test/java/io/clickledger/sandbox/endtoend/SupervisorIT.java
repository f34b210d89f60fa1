package io.clickledger.sandbox.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.Poll;
import io.clickledger.sandbox.simulator.oracle.Oracle;
import io.clickledger.sandbox.simulator.oracle.Oracle.Unanswered;
import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every part killed in turn under traffic, by Kafka and by HTTP, each on a publisher of its own. A
 * part is killed as soon as the one before is ready again, whatever others still wait for. Then the
 * platform goes down and comes up again.
 */
class SupervisorIT {
  private static final Catalogue CATALOGUE = Catalogue.read(RunningPlatform.demoMetadata());
  private static final List<String> PARTS =
      List.of("postgres", "kafka", "trino", "ingestion", "streaming", "serving-api");
  private static final Pattern PID =
      Pattern.compile("^(\\S+) +(\\d+) +\\d+ MiB", Pattern.MULTILINE);
  private static final Pattern SUM = Pattern.compile("^all +(\\d+) MiB", Pattern.MULTILINE);
  private static final int MAX_MEBIBYTES = 6 * 1024;
  private static final String BY_KAFKA = "pub-001";
  private static final String BY_HTTP = "pub-002";

  /** Without what a post that is sent again may have added. */
  private static final String CLICKS =
      """
      SELECT publisher_id, sum(gross_clicks - IF(publisher_id = '%s', duplicate_clicks, 0))
      FROM live.clicks_by_minute
      GROUP BY publisher_id
      """
          .formatted(BY_HTTP);

  /** Many times what it takes: the machine may be busy. */
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  @Test
  void losesNoClickByKillsNorByDownAndUp() throws Exception {
    try (RunningPlatform platform = new RunningPlatform(FreePorts.neighbours(8), Map.of())) {
      Path kafkaOracle = platform.folder.resolve("kafka.oracle");
      Path httpOracle = platform.folder.resolve("http.oracle");
      Process byKafka = simulate(platform, "kafka", BY_KAFKA, "2", kafkaOracle);
      Process byHttp = simulate(platform, "http", BY_HTTP, "3", httpOracle);

      long spooled = 0;
      for (String part : PARTS) {
        if (part.equals("ingestion")) {
          spooled += spooled(platform); // the count ends with the process
        }
        long killed = pid(platform.status(), part);
        kill(killed);
        long begin = System.nanoTime();
        awaitStatus(
            platform,
            status -> line(status, part).contains(" MiB  ready ") && pid(status, part) != killed);
        System.out.printf("%s: ready %.1f s later%n", part, (System.nanoTime() - begin) / 1e9);
        assertThat(line(platform.status(), part)).contains("restarted ");
      }

      awaitStatus(platform, SupervisorIT::isReady);

      spooled += spooled(platform);
      kill(pid(platform.status(), "supervisor"));
      awaitStatus(platform, status -> line(status, "supervisor").contains(" down "));
      platform.run("up");
      awaitStatus(platform, SupervisorIT::isReady);

      end(byKafka);
      end(byHttp);
      spooled += spooled(platform);
      assertEqual(platform, Oracle.read(CATALOGUE, kafkaOracle, httpOracle), spooled);

      refusesToComeUpTwice(platform);
      keepsItsDataOverDownAndUp(platform);
    }
  }

  private static void refusesToComeUpTwice(RunningPlatform platform) {
    String status = platform.status();
    assertThat(resident(status)).isBetween(1, MAX_MEBIBYTES);

    Process second = platform.start("up");

    assertThat(platform.await(second)).contains("is already up, its page is");
    assertThat(second.exitValue()).isEqualTo(1);
    assertThat(pids(platform.status())).isEqualTo(pids(status)).hasSize(PARTS.size() + 1);
  }

  private static void keepsItsDataOverDownAndUp(RunningPlatform platform) {
    Map<String, Long> clicks = platform.numbersByText(CLICKS);
    List<Long> pids = pids(platform.status());

    assertThat(platform.run("down")).contains("Clickledger is down.");
    assertThat(pids).noneMatch(SupervisorIT::isAlive);
    Process status = platform.start("status");
    platform.await(status);
    assertThat(status.exitValue()).isEqualTo(1);

    platform.run("up");
    assertThat(platform.numbersByText(CLICKS)).isEqualTo(clicks);
    assertThat(platform.run("down")).contains("Clickledger is down.");
    assertThat(platform.run("down")).contains("Nothing was running.");
  }

  private static Process simulate(
      RunningPlatform platform, String target, String publisher, String seed, Path oracle) {
    return platform.start(
        "simulate",
        "--target",
        target,
        "--rate",
        "25",
        "--publisher",
        publisher,
        "--seed",
        seed,
        "--oracle",
        oracle.toString());
  }

  private static void end(Process simulation) throws InterruptedException {
    simulation.descendants().forEach(ProcessHandle::destroy);
    assertThat(simulation.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  private static long pid(String status, String part) {
    return PID.matcher(status)
        .results()
        .filter(line -> line.group(1).equals(part))
        .mapToLong(line -> Long.parseLong(line.group(2)))
        .findFirst()
        .orElse(0);
  }

  private static List<Long> pids(String status) {
    return PID.matcher(status).results().map(line -> Long.parseLong(line.group(2))).toList();
  }

  private static int resident(String status) {
    Matcher sum = SUM.matcher(status);
    assertThat(sum.find()).as(status).isTrue();
    return Integer.parseInt(sum.group(1));
  }

  private static boolean isAlive(long pid) {
    // Without a command line, only the entry of its end is left.
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(process -> process.info().commandLine())
        .isPresent();
  }

  private static String line(String status, String part) {
    return status.lines().filter(line -> line.startsWith(part + " ")).findFirst().orElse("");
  }

  /** Asks each second: each time is a start of Java. */
  private static void awaitStatus(RunningPlatform platform, Predicate<String> expected)
      throws InterruptedException {
    Instant end = Instant.now().plus(TIMEOUT);
    String status = platform.status();
    while (!expected.test(status)) {
      assertThat(Instant.now()).as(status).isBefore(end);
      Thread.sleep(1_000);
      status = platform.status();
    }
  }

  private static boolean isReady(String status) {
    return status.lines().filter(line -> line.contains(" MiB  ready ")).count() == PARTS.size() + 1;
  }

  /** Clicks that ingestion spooled since its start: Kafka may have some of them already. */
  private static long spooled(RunningPlatform platform) {
    return platform
        .metrics()
        .get(0)
        .lines()
        .filter(line -> line.startsWith("clickledger_ingestion_spooled_clicks_total "))
        .mapToLong(line -> (long) Double.parseDouble(line.split(" ")[1]))
        .sum();
  }

  private static void assertEqual(RunningPlatform platform, Oracle oracle, long spooled)
      throws IOException {
    Oracle.Totals kafka = oracle.totalsBy(OracleEntry::publisherId).get(BY_KAFKA);
    Oracle.Totals least = oracle.totalsBy(OracleEntry::publisherId).get(BY_HTTP);
    Oracle.Totals most = oracle.totalsBy(OracleEntry::publisherId, Unanswered.LANDED).get(BY_HTTP);
    assertThat(oracle.entries()).allMatch(OracleEntry::isAnswered);

    // Trino itself has no deadline: it may have just been started, on a busy machine.
    Map<String, Long> clicks =
        Map.of(BY_KAFKA, kafka.gross(), BY_HTTP, least.gross() - least.duplicate());
    Poll.until(TIMEOUT, () -> platform.numbersByText(CLICKS).equals(clicks));
    assertThat(platform.numbersByText(CLICKS)).isEqualTo(clicks);

    // Reports follow the tables within seconds.
    Poll.until(
        TIMEOUT,
        () ->
            total(platform, BY_KAFKA).equals(kafka)
                && once(total(platform, BY_HTTP)).equals(once(least)));
    assertThat(total(platform, BY_KAFKA)).isEqualTo(kafka);
    Oracle.Totals http = total(platform, BY_HTTP);
    assertThat(once(http)).isEqualTo(once(least)).isEqualTo(once(most));
    assertThat(http.gross()).isBetween(least.gross(), most.gross() + spooled);
  }

  /** The totals without what a post that is sent again may have added. */
  private static Oracle.Totals once(Oracle.Totals totals) {
    return new Oracle.Totals(
        totals.gross() - totals.duplicate(),
        0,
        totals.generalInvalid(),
        totals.sophisticatedInvalid(),
        totals.valid(),
        totals.costMicros());
  }

  private static Oracle.Totals total(RunningPlatform platform, String publisher) {
    Oracle.Totals total = Oracle.Totals.NONE;
    for (JsonNode row :
        platform
            .report("granularity=total&group_by=publisher_id&" + RunningPlatform.range())
            .get("rows")) {
      if (row.get("publisher_id").asText().equals(publisher)) {
        total = total.plus(Oracle.Totals.reported(row));
      }
    }
    return total;
  }
}
