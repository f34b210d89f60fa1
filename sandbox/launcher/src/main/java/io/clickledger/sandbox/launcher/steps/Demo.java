package io.clickledger.sandbox.launcher.steps;

import io.clickledger.programs.RefusedException;
import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.platform.Simulation;
import io.clickledger.sandbox.launcher.platform.SupervisorState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Collectors;

/** The history of the demo platform; each step is done once for a data folder. */
public record Demo(Platform platform, Progress progress) {

  private static final Duration LANDING_TIMEOUT = Duration.ofMinutes(10);
  private static final String DONE = "done\n";
  private static final String LANDED =
      """
      SELECT (SELECT count(*) FROM raw.clicks) + (SELECT count(*) FROM raw.rejected_clicks)
      """;

  /** Sends clicks since then, and waits until every one of them is landed or rejected. */
  public void history(Instant since, int clicks) {
    if (platform.data().isDone("demo-history", DONE)) {
      return;
    }
    progress.step(
        "history",
        () -> {
          Duration length = Duration.between(since, Instant.now());
          Simulation simulation = new Simulation(platform.data(), platform.config());
          awaitLanded(simulation.history(length, clicks));
        });
    platform.data().done("demo-history", DONE);
  }

  /**
   * Makes everything until the end of this day final: the first billing run includes all earlier
   * days.
   *
   * @return how live and final numbers differ on the days that became final, as the run printed it
   */
  public String billingRun(LocalDate date) {
    String step = "demo-billing-run-" + date;
    String reconciliation = "demo-reconciliation-" + date;
    if (!platform.data().isDone(step, DONE)) {
      progress.step(
          "billing run of " + date,
          () ->
              platform
                  .data()
                  .done(
                      reconciliation,
                      reconciliation(
                          printed("roll-up-clicks", "nightly", "--date", date.toString()))));
      platform.data().done(step, DONE);
    }
    return platform.data().text(reconciliation).orElse("");
  }

  /** What a billing run says before its summary: live against final, by cause. */
  static String reconciliation(String printed) {
    return printed
        .lines()
        .dropWhile(line -> !line.startsWith("live "))
        .takeWhile(line -> line.startsWith("live ") || line.startsWith("  "))
        .collect(Collectors.joining("\n"));
  }

  /**
   * Invoices an advertiser for the month of a final local day.
   *
   * @return what to look at, for people
   */
  public String invoice(String advertiserId, LocalDate day) {
    String step = "demo-invoice-of-" + advertiserId + "-" + day;
    if (platform.data().text(step).isEmpty()) {
      progress.step(
          "invoice of " + advertiserId,
          () -> {
            String printed =
                printed(
                    "invoice",
                    "invoice",
                    "--month",
                    YearMonth.from(day).toString(),
                    "--advertiser",
                    advertiserId,
                    "--out",
                    platform.data().of("invoices").toString());
            platform.data().done(step, DemoInvoice.written(printed).text(platform.data()));
          });
    }
    return platform.data().text(step).orElseThrow();
  }

  private String printed(String script, String name, String... arguments) {
    StringWriter printed = new StringWriter();
    new JobRun(platform, script, name, platform.data().settings("batch"))
        .print(new PrintWriter(printed), List.of(arguments));
    return printed.toString();
  }

  private void awaitLanded(long records) {
    Instant end = Instant.now().plus(LANDING_TIMEOUT);
    OptionalLong landed = landed();
    while (landed.orElse(0) < records) {
      requireParts();
      if (Instant.now().isAfter(end)) {
        throw new RefusedException(
            "%s of %d records of history were landed after %d minutes: see ./clickledger status"
                .formatted(
                    landed.isPresent() ? "only " + landed.getAsLong() : "nobody knows how many",
                    records,
                    LANDING_TIMEOUT.toMinutes()));
      }
      pause();
      landed = landed();
    }
  }

  /** Fails where a part is dead and is not started again. */
  private void requireParts() {
    SupervisorState supervision = SupervisorState.read(platform.data());
    for (Part part : platform.supervised()) {
      if (!part.isRunning() && (!platform.supervisor.isRunning() || supervision.isGivenUp(part))) {
        throw new RefusedException(
            "%s does not run and is not started again (%s); its log is %s"
                .formatted(
                    part.name(),
                    supervision.isGivenUp(part) ? supervision.of(part) : "there is no supervisor",
                    part.log()));
      }
    }
  }

  /** How many records are landed; empty while Trino does not answer. */
  private OptionalLong landed() {
    Properties properties = new Properties();
    properties.setProperty("user", "demo");
    try (Connection connection = DriverManager.getConnection(platform.trinoUrl(), properties);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(LANDED)) {
      rows.next();
      return OptionalLong.of(rows.getLong(1));
    } catch (SQLException e) {
      // Trino may have been killed: the supervisor restarts it or gives up.
      return OptionalLong.empty();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
