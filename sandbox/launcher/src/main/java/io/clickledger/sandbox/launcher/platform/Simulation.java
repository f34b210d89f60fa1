package io.clickledger.sandbox.launcher.platform;

import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.PlatformConfig;
import io.clickledger.sandbox.launcher.folder.SettingsFiles;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The simulator, configured with the addresses of this platform. */
public record Simulation(DataFolder data, PlatformConfig config) {

  static final Path METADATA = Path.of("sandbox/demo-metadata");

  private static final Duration HISTORY_TIMEOUT = Duration.ofMinutes(15);

  /** What the history of the demo has, so that its chart goes on as it was. */
  private static final String TRAFFIC_PER_SECOND = "1";

  public static Path metadata() {
    return RepositoryRoot.find().resolve(METADATA);
  }

  /** Sends what the arguments say, in the foreground; what they do not say is added. */
  public int inForeground(List<String> arguments) {
    String name = "simulate-" + ProcessHandle.current().pid();
    return plan()
        .command(arguments)
        .log(data.log("simulate"))
        .pidFile(data.pidFile(name))
        .inForeground();
  }

  /** Live traffic until it is stopped. */
  ProcessPlan traffic() {
    return plan()
        .command("--target", "both", "--seed", "2", "--rate", TRAFFIC_PER_SECOND, "--follow-day")
        .command("--oracle", oracle("traffic").toString());
  }

  /** Sends clicks of this long a time until now, and returns how many records they were. */
  public long history(Duration length, int clicks) {
    ManagedProcess sending =
        plan()
            .command("--target", "kafka", "--seed", "1")
            .command("--history", length.toMinutes() + "m", "--clicks", Integer.toString(clicks))
            .command("--oracle", oracle("history").toString())
            .log(data.log("simulator"))
            .pidFile(data.pidFile("history"))
            .start();
    sending.awaitSuccess(HISTORY_TIMEOUT);
    try (Stream<String> lines = Files.lines(oracle("history"))) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + oracle("history"), e);
    }
  }

  private Path oracle(String name) {
    return data.of("oracle").resolve(name + ".jsonl");
  }

  private ProcessPlan plan() {
    return Program.SIMULATOR
        .plan("-Xmx256m", "-XX:+UseSerialGC")
        .command("--metadata", metadata().toString())
        .command("--kafka", "127.0.0.1:" + config.ports().kafka())
        .command("--http", "http://127.0.0.1:" + config.ports().ingestion())
        .command("--topic", SettingsFiles.CLICK_TOPIC);
  }
}
