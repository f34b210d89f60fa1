package io.clickledger.sandbox.parts;

import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.ForegroundRun;
import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.Jdk;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import io.clickledger.sandbox.parts.process.Server;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An S3 endpoint on loopback that keeps its buckets as folders. */
public final class S3Endpoint implements AutoCloseable {

  public static final String ACCESS_KEY = "clickledger";
  public static final String REGION = "us-east-1";

  private static final String TEST_SECRET_KEY = "clickledger-secret";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final String MODULE = "sandbox/s3-endpoint";

  private final Path folder;
  private final int port;
  private final String secretKey;
  private final boolean temporary;
  private final Server server;

  private S3Endpoint(Path folder, int port, String secretKey, boolean temporary) {
    this.folder = folder;
    this.port = port;
    this.secretKey = secretKey;
    this.temporary = temporary;
    this.server =
        Server.start(
            () -> plan(folder, port, secretKey).log(folder.resolve("s3.log")),
            START_TIMEOUT,
            process -> answers(port));
  }

  /** Starts an endpoint with a free port and no bucket. */
  public static S3Endpoint temporary() {
    return new S3Endpoint(Folders.temporary("s3"), FreePorts.next(), TEST_SECRET_KEY, true);
  }

  /** Starts an endpoint whose buckets stay in the folder. */
  public static S3Endpoint in(Path folder, int port, String secretKey) {
    return new S3Endpoint(Folders.make(folder), port, secretKey, false);
  }

  /** The process of an endpoint, for a program that starts it on its own terms. */
  public static ProcessPlan plan(Path folder, int port, String secretKey) {
    Path lib = RepositoryRoot.built(MODULE, "target/lib");
    Folders.make(folder.resolve("buckets"));
    Path configuration = folder.resolve("s3proxy.properties");
    Folders.writeSecret(
        configuration,
        List.of(
            "s3proxy.endpoint=http://127.0.0.1:" + port,
            "s3proxy.authorization=aws-v2-or-v4",
            "s3proxy.identity=" + ACCESS_KEY,
            "s3proxy.credential=" + secretKey,
            "s3proxy.jetty.max-threads=20",
            "s3proxy.ignore-unknown-headers=true",
            "jclouds.provider=filesystem-nio2",
            "jclouds.filesystem.basedir=" + folder.resolve("buckets")));
    return ProcessPlan.java("s3", Jdk.current().home())
        .command("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-DLOG_LEVEL=warn")
        .command("-cp", lib + "/*")
        .command("org.gaul.s3proxy.Main")
        .command("--properties", configuration.toString());
  }

  /** Makes a bucket in the folder of an endpoint, which may or may not run. */
  public static void makeBucket(Path folder, String bucket) {
    Folders.make(folder.resolve("buckets").resolve(bucket));
  }

  /** Whether something that speaks S3 answers on this port: without a signature, with a refusal. */
  public static boolean answers(int port) {
    try {
      URI uri = URI.create("http://127.0.0.1:" + port + "/");
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(2_000);
      connection.setReadTimeout(2_000);
      return connection.getResponseCode() == HttpURLConnection.HTTP_FORBIDDEN;
    } catch (IOException e) {
      return false;
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public String accessKey() {
    return ACCESS_KEY;
  }

  public String secretKey() {
    return secretKey;
  }

  public String region() {
    return REGION;
  }

  /** Makes a bucket, where it is not there yet. */
  public void createBucket(String bucket) {
    makeBucket(folder, bucket);
  }

  /** How Trino reaches this endpoint. */
  public LakeCatalog.S3 forLake() {
    return new LakeCatalog.S3(endpoint(), REGION, ACCESS_KEY, secretKey);
  }

  @Override
  public void close() {
    server.stop();
    if (temporary) {
      Folders.delete(folder);
    }
  }

  /** Starts an endpoint by hand: {@code FOLDER PORT SECRET_KEY [BUCKET]...}. */
  public static void main(String[] args) {
    ForegroundRun.run(
        "FOLDER PORT SECRET_KEY [BUCKET]...",
        args,
        3,
        () -> {
          S3Endpoint endpoint = in(Path.of(args[0]), Integer.parseInt(args[1]), args[2]);
          List.of(args).subList(3, args.length).forEach(endpoint::createBucket);
          System.out.println("S3 answers at " + endpoint.endpoint());
          return endpoint;
        });
  }
}
