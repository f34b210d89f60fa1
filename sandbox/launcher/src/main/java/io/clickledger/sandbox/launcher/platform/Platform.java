package io.clickledger.sandbox.launcher.platform;

import io.clickledger.programs.ExitCode;
import io.clickledger.programs.RefusedException;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.PlatformConfig;
import io.clickledger.sandbox.launcher.folder.Ports;
import io.clickledger.sandbox.launcher.folder.Secrets;
import io.clickledger.sandbox.launcher.folder.SettingsFiles;
import io.clickledger.sandbox.launcher.folder.Warehouse;
import io.clickledger.sandbox.parts.KafkaBroker;
import io.clickledger.sandbox.parts.LakeCatalog;
import io.clickledger.sandbox.parts.PostgresServer;
import io.clickledger.sandbox.parts.S3Endpoint;
import io.clickledger.sandbox.parts.TrinoServer;
import io.clickledger.sandbox.parts.process.Jdk;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The parts of one data folder, and what each needs to start. */
public final class Platform {

  /** How long a part may take to its end. */
  private static final Duration GRACE_PERIOD = Duration.ofSeconds(20);

  /** How the streaming driver says that another one runs, on its error output. */
  private static final String DRIVER_REFUSAL = "another driver runs on this lake";

  private final DataFolder data;
  private final PlatformConfig config;
  private final Secrets secrets;
  private final SettingsFiles settings;
  private final SparkSubmit sparkSubmit;

  public final PostgresPart postgres;
  public final Part kafka;
  public final Part s3;
  public final Part trino;
  public final Part streaming;
  public final Part ingestion;
  public final Part servingApi;
  public final Part traffic;
  public final Part supervisor;

  public Platform(DataFolder data, PlatformConfig config) {
    this.data = data;
    this.config = config;
    this.secrets = new Secrets(data);
    this.settings = new SettingsFiles(data, config, secrets);
    this.sparkSubmit = new SparkSubmit(data, config.warehouse(), config.sparkHome());
    Ports ports = config.ports();
    postgres = new PostgresPart(data, ports.postgres(), secrets);
    kafka = process("kafka", ports.kafka(), this::kafkaPlan, this::kafkaIsReady);
    s3 = process("s3", ports.s3(), this::s3Plan, own -> S3Endpoint.answers(ports.s3()));
    trino =
        process("trino", ports.trino(), this::trinoPlan, own -> TrinoServer.answers(ports.trino()));
    streaming =
        new ProcessPart(
            "streaming",
            Integer.toString(ports.streamingMetrics()),
            data,
            this::streamingPlan,
            own -> Files.exists(settings.readyFile()),
            SettingsFiles.STREAMING_STOP.plus(GRACE_PERIOD));
    ingestion =
        process(
            "ingestion",
            ports.ingestion(),
            this::ingestionPlan,
            own -> Http.isReady(ports.ingestion()));
    servingApi =
        process(
            "serving-api",
            ports.servingApi(),
            this::servingApiPlan,
            own -> Http.isReady(ports.servingApi()));
    traffic =
        new ProcessPart(
            "traffic", "-", data, this::trafficPlan, ManagedProcess::isAlive, GRACE_PERIOD);
    supervisor = new SupervisorPart(data);
  }

  private ProcessPart process(
      String name, int port, Supplier<ProcessPlan> plan, Predicate<ManagedProcess> ready) {
    return new ProcessPart(name, Integer.toString(port), data, plan, ready, GRACE_PERIOD);
  }

  public DataFolder data() {
    return data;
  }

  public PlatformConfig config() {
    return config;
  }

  public SettingsFiles settings() {
    return settings;
  }

  public SparkSubmit sparkSubmit() {
    return sparkSubmit;
  }

  /** Every part, in the order in which clicks meet them; last what starts dead ones again. */
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>(supervised());
    parts.add(supervisor);
    return parts;
  }

  /** Every part that is to run. */
  public List<Part> supervised() {
    List<Part> parts = new ArrayList<>(List.of(postgres, kafka));
    if (config.warehouse() == Warehouse.S3) {
      parts.add(s3);
    }
    parts.addAll(List.of(ingestion, streaming, trino, servingApi));
    // Only a demo has it, until a command ends it.
    if (Files.exists(data.pidFile(traffic.name()))) {
      parts.add(traffic);
    }
    return parts;
  }

  /** What must answer before the part is started. */
  public List<Part> needs(Part part) {
    List<Part> needs = new ArrayList<>();
    if (part == trino || part == streaming) {
      needs.add(postgres);
      if (config.warehouse() == Warehouse.S3) {
        needs.add(s3);
      }
    }
    if (part == streaming || part == ingestion || part == traffic) {
      needs.add(kafka);
    }
    if (part == traffic) {
      needs.add(ingestion);
    }
    if (part == servingApi) {
      needs.add(trino);
    }
    return needs;
  }

  /** Whether an ended process of the part was refused its work by another one. */
  public boolean isRefusal(Part part, ManagedProcess ended) {
    // Java ends with the same status where memory runs out.
    return part == streaming
        && ended.exitStatus().equals(OptionalInt.of(ExitCode.TRY_LATER))
        && ended.hasSaid(DRIVER_REFUSAL);
  }

  public List<Part> running() {
    return parts().stream().filter(Part::isRunning).toList();
  }

  public Part part(String name) {
    return parts().stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WrongUsageException(
                    "there is no part %s; there are %s"
                        .formatted(name, parts().stream().map(Part::name).toList())));
  }

  public Secrets secrets() {
    return secrets;
  }

  public URI page() {
    return URI.create("http://127.0.0.1:" + config.ports().servingApi() + "/");
  }

  public URI clicksUri() {
    return URI.create("http://127.0.0.1:" + config.ports().ingestion() + "/v1/clicks");
  }

  public String trinoUrl() {
    return "jdbc:trino://127.0.0.1:" + config.ports().trino() + "/" + TrinoServer.CATALOG;
  }

  private ProcessPlan kafkaPlan() {
    return KafkaBroker.plan(
        data.of("kafka"),
        config.ports().kafka(),
        config.ports().kafkaController(),
        List.of(SettingsFiles.CLICK_TOPIC + ":4"));
  }

  private boolean kafkaIsReady(ManagedProcess own) {
    return KafkaBroker.isReady(own) && KafkaBroker.answers(config.ports().kafka());
  }

  private ProcessPlan s3Plan() {
    S3Endpoint.makeBucket(data.of("s3"), SettingsFiles.BUCKET);
    return S3Endpoint.plan(
        data.of("s3"), config.ports().s3(), secrets.reveal(Secrets.S3_SECRET_KEY));
  }

  private ProcessPlan trinoPlan() {
    return TrinoServer.plan(data.of("trino"), config.ports().trino(), catalog(), trinoJdk());
  }

  private LakeCatalog catalog() {
    Optional<LakeCatalog.S3> files =
        switch (config.warehouse()) {
          case LOCAL -> Optional.empty();
          case S3 ->
              Optional.of(
                  new LakeCatalog.S3(
                      URI.create("http://127.0.0.1:" + config.ports().s3()),
                      S3Endpoint.REGION,
                      S3Endpoint.ACCESS_KEY,
                      secrets.reveal(Secrets.S3_SECRET_KEY)));
        };
    return new LakeCatalog(
        settings.catalogUri(),
        PostgresServer.USER,
        secrets.reveal(Secrets.CATALOG_PASSWORD),
        settings.warehouse(),
        files);
  }

  public static Jdk trinoJdk() {
    return Jdk.atLeast(TrinoServer.MIN_JAVA_VERSION, System.getenv())
        .orElseThrow(
            () ->
                new RefusedException(
                    "Trino needs a JDK %d or later and none was found: ./clickledger doctor says how to install one"
                        .formatted(TrinoServer.MIN_JAVA_VERSION)));
  }

  private ProcessPlan streamingPlan() {
    try {
      Files.createDirectories(data.of("spark"));
      Files.deleteIfExists(settings.readyFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sparkSubmit.plan(
        "stream-clicks",
        "--settings",
        data.settings("streaming").toString(),
        "--queries",
        "land-clicks,count-clicks");
  }

  private ProcessPlan ingestionPlan() {
    return Program.INGESTION
        .plan("-Xms32m", "-Xmx256m", "-XX:+UseSerialGC")
        .command("--settings", data.settings("ingestion").toString());
  }

  private ProcessPlan servingApiPlan() {
    return Program.SERVING_API
        .plan("-Xms32m", "-Xmx512m", "-XX:+UseSerialGC")
        .command("--settings", data.settings("serving-api").toString());
  }

  private ProcessPlan trafficPlan() {
    return new Simulation(data, config).traffic();
  }

  /** What the lake's tables are made from; the lake is migrated when it has changed. */
  public static String lakeFingerprint() {
    Path target = RepositoryRoot.find().resolve("batch/target");
    List<Path> jars = new ArrayList<>(List.of(target.resolve("clickledger-batch.jar")));
    try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
      libraries.filter(Platform::tellsOfTables).sorted().forEach(jars::add);
    } catch (IOException e) {
      throw new UncheckedIOException("could not list " + target.resolve("lib"), e);
    }
    return Fingerprint.of(jars);
  }

  private static boolean tellsOfTables(Path jar) {
    String name = jar.getFileName().toString();
    return name.startsWith("clickledger-lake") || name.startsWith("clickledger-iceberg-schemas");
  }
}
