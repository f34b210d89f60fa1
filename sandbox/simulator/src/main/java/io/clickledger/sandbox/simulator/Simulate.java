package io.clickledger.sandbox.simulator;

import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import io.clickledger.sandbox.simulator.oracle.OracleFile;
import io.clickledger.sandbox.simulator.send.Sender;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.TrafficModel;
import io.clickledger.sandbox.simulator.traffic.Trouble;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends realistic clicks: a stretch of history as fast as it goes, or live traffic at a rate. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Sends realistic clicks; the seed decides users, ads and troubles.")
public final class Simulate implements Callable<Integer> {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final int HISTORY_BATCH = 1_000;
  private static final double ROUNDING = 1e-6;
  private static final int CLICKS_OF_HISTORY = 60_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--metadata",
      required = true,
      description = "Folder of the metadata CSV files that name ads and publishers.")
  private Path metadata;

  @Option(names = "--kafka", description = "Broker, host:port; for targets kafka and both.")
  private String kafka;

  @Option(names = "--topic", defaultValue = "clicks", description = "Topic (${DEFAULT-VALUE}).")
  private String topic;

  @Option(names = "--http", description = "Base URI of ingestion; for targets http and both.")
  private URI http;

  @Option(
      names = "--target",
      defaultValue = "http",
      description = "http, kafka or both in turn (${DEFAULT-VALUE}).")
  private String target;

  @Option(names = "--seed", defaultValue = "1", description = "Seed (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--oracle", description = "File to which a line for each record is appended.")
  private Optional<Path> oracle = Optional.empty();

  @Option(
      names = "--publisher",
      description = "All clicks on this publisher, to find them again in a report.")
  private Optional<String> publisher = Optional.empty();

  @Option(
      names = "--hot-ad",
      paramLabel = "SHARE",
      description = "One ad gets this share of all clicks, such as 0.5.")
  private Optional<Double> hotAd = Optional.empty();

  @Option(
      names = "--trouble",
      paramLabel = "NAME=SHARE,...",
      description = {
        "Other shares of trouble than the usual, such as robots=0.2,late=0;",
        "behaviour adds what only a whole day shows, with --history."
      })
  private Optional<String> trouble = Optional.empty();

  @Option(
      names = "--late-up-to",
      paramLabel = "AGE",
      description =
          "Late clicks are of any age up to this, such as 35d, evenly (default: few beyond a day).")
  private Optional<String> lateUpTo = Optional.empty();

  @Option(
      names = "--run",
      description =
          "What tells runs of one seed apart (default: the time); the same run is the same clicks.")
  private long run = Instant.now().toEpochMilli();

  @Option(names = "--no-trouble", description = "Only users who click.")
  private boolean noTrouble;

  @Option(
      names = "--history",
      description = "Sends clicks of this long a time until now, such as 2d, as fast as it goes.")
  private Optional<String> history = Optional.empty();

  @Option(
      names = "--clicks",
      description = {
        "How many clicks of history (60000),",
        "or after how many live ones to end (default: none)."
      })
  private Optional<Integer> clicks = Optional.empty();

  @Option(
      names = "--rate",
      defaultValue = "50",
      description = "Live clicks a second (${DEFAULT-VALUE}); not with --history.")
  private double rate;

  @Option(
      names = "--follow-day",
      description = "The rate is the day's mean: fewer clicks come by night, as in history.")
  private boolean followDay;

  @Option(
      names = "--duration",
      defaultValue = "forever",
      description =
          "How long to send live clicks, such as 10m (${DEFAULT-VALUE}); not with --history.")
  private String duration;

  private final Consumer<OracleEntry> listener;
  private volatile boolean stopping;
  private final CountDownLatch done = new CountDownLatch(1);

  /**
   * @param listener hears of each answered record, from several threads
   */
  public Simulate(Consumer<OracleEntry> listener) {
    this.listener = listener;
  }

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Simulate(entry -> {}))
            .setExecutionExceptionHandler(
                (e, command, result) -> {
                  command.getErr().println("simulate: " + e.getMessage());
                  return 1;
                })
            .execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    refuseOptionsOfLiveClicks();
    TrafficModel model =
        new TrafficModel(
            Catalogue.read(metadata),
            trouble(),
            seed,
            run,
            publisher,
            hotAd,
            lateUpTo.map(Durations::parse));
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    try (OracleFile file = new OracleFile(oracle);
        Sender sender = sender(listener.andThen(file::add))) {
      if (history.isPresent()) {
        sendHistory(model, sender);
      } else {
        sendLive(model, sender);
      }
    } finally {
      done.countDown();
    }
    return 0;
  }

  private void refuseOptionsOfLiveClicks() {
    for (String option : List.of("--rate", "--duration", "--follow-day")) {
      if (history.isPresent() && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            option + " is for live clicks and cannot be combined with --history");
      }
    }
  }

  private Trouble trouble() {
    Trouble usual = noTrouble ? Trouble.NONE : Trouble.USUAL;
    Trouble shares = trouble.map(usual::with).orElse(usual);
    if (shares.behaviour() > 0 && history.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "slow-bots, carrier-farms and self-clicks take a whole day: they need --history");
    }
    return shares;
  }

  private void sendHistory(TrafficModel model, Sender sender) {
    Instant now = Instant.now();
    Iterator<SimulatedClick> all =
        model
            .history(
                now.minus(Durations.parse(history.orElseThrow())),
                now,
                clicks.orElse(CLICKS_OF_HISTORY))
            .iterator();
    int sent = 0;
    while (all.hasNext() && !stopping) {
      List<SimulatedClick> batch = new ArrayList<>();
      for (int i = 0; i < HISTORY_BATCH && all.hasNext(); i++) {
        batch.add(all.next());
      }
      sender.send(batch);
      sent += batch.size();
    }
    System.out.println("sent " + sent + " records of the last " + history.get());
  }

  private void sendLive(TrafficModel model, Sender sender) throws InterruptedException {
    Instant start = Instant.now();
    Instant end = duration.equals("forever") ? Instant.MAX : start.plus(Durations.parse(duration));
    long sent = 0;
    double due = 0;
    Instant before = start;
    boolean ended = false;
    while (!stopping && !ended) {
      Instant now = Instant.now();
      ended = !now.isBefore(end);
      Instant until = ended ? end : now;
      due += Duration.between(before, until).toNanos() * 1e-9 * rate * activity(until);
      before = until;
      long wanted = Math.min((long) (due + ROUNDING), clicks.orElse(Integer.MAX_VALUE));
      List<SimulatedClick> batch = new ArrayList<>();
      for (; sent < wanted; sent++) {
        batch.add(model.next(Instant.now()));
      }
      sender.send(batch);
      ended |= clicks.isPresent() && sent >= clicks.get();
      Thread.sleep(TICK.toMillis());
    }
    System.out.println("sent " + sent + " records");
  }

  private double activity(Instant now) {
    return followDay ? TrafficModel.activity(now) : 1;
  }

  private Sender sender(Consumer<OracleEntry> oracle) {
    return switch (target) {
      case "http" -> Sender.http(required(http, "--http"), oracle);
      case "kafka" -> Sender.kafka(required(kafka, "--kafka"), topic, oracle);
      case "both" ->
          Sender.http(required(http, "--http"), oracle)
              .alternatingWith(Sender.kafka(required(kafka, "--kafka"), topic, oracle));
      default ->
          throw new IllegalArgumentException("--target must be http, kafka or both, was " + target);
    };
  }

  private <T> T required(T value, String option) {
    if (value == null) {
      throw new IllegalArgumentException("--target " + target + " needs " + option);
    }
    return value;
  }

  /** Ends the sending; returns when all that was sent is answered. */
  public void stop() {
    stopping = true;
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
