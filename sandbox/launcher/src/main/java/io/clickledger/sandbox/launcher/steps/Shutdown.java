package io.clickledger.sandbox.launcher.steps;

import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Ends the supervisor, then the parts: senders before what they send to. */
public final class Shutdown {

  private final Platform platform;
  private final Progress progress;

  public Shutdown(Platform platform, Progress progress) {
    this.platform = platform;
    this.progress = progress;
  }

  /** Ends what runs and returns the names of what it ended. */
  public List<String> run() {
    List<String> ended = new ArrayList<>(endAll(platform.supervisor));
    ended.addAll(endJobs());
    ended.addAll(endAll(platform.traffic));
    ended.addAll(endAll(platform.ingestion, platform.servingApi, platform.streaming));
    ended.addAll(endAll(platform.trino, platform.kafka));
    ended.addAll(endAll(platform.postgres, platform.s3));
    return ended;
  }

  /** Ends jobs, migrations and simulations that another terminal still waits for. */
  private List<String> endJobs() {
    Set<Path> parts =
        Stream.concat(platform.parts().stream(), Stream.of(platform.traffic, platform.s3))
            .map(part -> platform.data().pidFile(part.name()))
            .collect(Collectors.toSet());
    List<ManagedProcess> jobs =
        platform.data().pidFiles().stream()
            .filter(file -> !parts.contains(file))
            .flatMap(file -> ManagedProcess.running(file).stream())
            .toList();
    jobs.forEach(
        job -> {
          job.stop();
          progress.say("  ended " + job.name());
        });
    return jobs.stream().map(ManagedProcess::name).toList();
  }

  private List<String> endAll(Part... parts) {
    List<Part> running = List.of(parts).stream().filter(Part::isRunning).toList();
    Stream.of(parts).filter(part -> !running.contains(part)).forEach(Part::stop);
    CompletableFuture.allOf(
            running.stream()
                .map(part -> CompletableFuture.runAsync(() -> endOne(part)))
                .toArray(CompletableFuture<?>[]::new))
        .join();
    return running.stream().map(Part::name).toList();
  }

  private void endOne(Part part) {
    part.stop();
    progress.say("  ended " + part.name());
  }
}
