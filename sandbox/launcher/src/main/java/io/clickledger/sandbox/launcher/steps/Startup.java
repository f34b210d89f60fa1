package io.clickledger.sandbox.launcher.steps;

import io.clickledger.metadata.csv.MetadataImport;
import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.Warehouse;
import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts the parts, each as soon as what it needs answers. The longest way is PostgreSQL, the
 * lake's tables, the streaming driver; everything else starts beside it.
 */
public final class Startup {

  private static final Duration MIGRATION_TIMEOUT = Duration.ofMinutes(5);
  private static final String LAKE = "lake's tables";
  private static final String METADATA = "metadata";
  private static final String KEYS = "API keys";

  private final Platform platform;
  private final List<Path> metadata;
  private final Progress progress;
  private volatile boolean givenUp;

  /** With metadata files, they are imported before anything asks for the price of an ad. */
  public Startup(Platform platform, List<Path> metadata, Progress progress) {
    this.platform = platform;
    this.metadata = metadata;
    this.progress = progress;
  }

  /** Starts everything, or leaves nothing running and throws. */
  public void run() {
    Thread undo = new Thread(this::giveUp, "undo-start");
    Runtime.getRuntime().addShutdownHook(undo);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      CompletableFuture<Void> postgres = after(threads, platform.postgres);
      CompletableFuture<Void> kafka = after(threads, platform.kafka);
      CompletableFuture<Void> files =
          platform.config().warehouse() == Warehouse.S3
              ? after(threads, platform.s3)
              : CompletableFuture.completedFuture(null);
      CompletableFuture<Void> prices =
          metadata.isEmpty() ? postgres : after(threads, METADATA, this::importMetadata, postgres);
      CompletableFuture<Void> lake = after(threads, LAKE, this::migrateLake, postgres, files);
      CompletableFuture<Void> trino = after(threads, platform.trino, postgres, files);
      CompletableFuture<Void> streaming = after(threads, platform.streaming, lake, kafka, prices);
      CompletableFuture<Void> ingestion = after(threads, platform.ingestion, kafka);
      CompletableFuture<Void> keys = after(threads, KEYS, new LocalKeys(platform)::make, postgres);
      CompletableFuture<Void> servingApi = after(threads, platform.servingApi, lake, trino, keys);
      firstFailureOrAll(List.of(streaming, ingestion, servingApi));
      Runtime.getRuntime().removeShutdownHook(undo);
    } catch (CompletionException e) {
      giveUp();
      Runtime.getRuntime().removeShutdownHook(undo);
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    } finally {
      threads.shutdownNow();
    }
  }

  private CompletableFuture<Void> after(
      ExecutorService threads, Part part, CompletableFuture<?>... needed) {
    return after(threads, part.name(), part::start, needed);
  }

  private CompletableFuture<Void> after(
      ExecutorService threads, String name, Runnable start, CompletableFuture<?>... needed) {
    return CompletableFuture.allOf(needed)
        .thenRunAsync(
            () -> {
              if (!givenUp) {
                progress.step(name, start);
              }
            },
            threads);
  }

  // allOf alone would wait for the slowest before it reports the first failure.
  private static void firstFailureOrAll(List<CompletableFuture<Void>> ends) {
    CompletableFuture<Void> failed = new CompletableFuture<>();
    ends.forEach(
        end ->
            end.whenComplete(
                (nothing, failure) -> {
                  if (failure != null) {
                    failed.completeExceptionally(failure);
                  }
                }));
    CompletableFuture<Void> all =
        CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new));
    CompletableFuture.anyOf(all, failed).join();
  }

  private synchronized void giveUp() {
    givenUp = true;
    Shutdown shutdown = new Shutdown(platform, new Progress(new PrintWriter(Writer.nullWriter())));
    // What was just being started when the first look was taken is found by the second.
    shutdown.run();
    shutdown.run();
  }

  private void importMetadata() {
    MetadataImport.run(platform.postgres.dataSource(), metadata);
  }

  private void migrateLake() {
    DataFolder data = platform.data();
    String fingerprint = Platform.lakeFingerprint();
    if (data.isDone("lake-migrated", fingerprint)) {
      return;
    }
    try {
      Files.createDirectories(data.of("spark"));
      Files.createDirectories(data.of("warehouse"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ManagedProcess migration =
        platform
            .sparkSubmit()
            .plan("migrate-lake", "--settings", data.settings("batch").toString())
            .log(data.log("migrate-lake"))
            .pidFile(data.pidFile("migrate-lake"))
            .start();
    migration.awaitSuccess(MIGRATION_TIMEOUT);
    data.done("lake-migrated", fingerprint);
  }
}
