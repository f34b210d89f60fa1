package io.clickledger.sandbox.parts;

import io.clickledger.sandbox.parts.process.CacheFolder;
import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.ForegroundRun;
import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.Jdk;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import io.clickledger.sandbox.parts.process.Server;
import io.clickledger.sandbox.parts.process.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A Trino server on loopback with one catalog, {@code lake}, on a JDK of its own. Nobody writes
 * through it; a test that has no other way to make tables gets a second catalog for that.
 */
public final class TrinoServer implements AutoCloseable {

  /** The catalog's name, the same in Spark. */
  public static final String CATALOG = "lake";

  /** A catalog of the same lake that can be written to, and its only user; in tests alone. */
  static final String WRITER_CATALOG = "lake_writer";

  public static final int MIN_JAVA_VERSION = 24;

  private static final Duration START_TIMEOUT = Duration.ofSeconds(120);
  private static final String MAIN_CLASS = "io.trino.server.TrinoServer";

  private final Path folder;
  private final int port;
  private final boolean temporary;
  private final Server server;

  private TrinoServer(
      Path folder, int port, LakeCatalog catalog, boolean temporary, List<String> writers) {
    this.folder = folder;
    this.port = port;
    this.temporary = temporary;
    Jdk jdk =
        Jdk.atLeast(MIN_JAVA_VERSION, System.getenv())
            .orElseThrow(
                () ->
                    new StartException(
                        "Trino needs a JDK "
                            + MIN_JAVA_VERSION
                            + " or later: install one or set JAVA_HOME_24"));
    new TrinoConfiguration(folder.resolve("etc"), writers).write(port, catalog);
    this.server =
        Server.start(
            () -> plan(folder, jdk).log(folder.resolve("trino.log")),
            START_TIMEOUT,
            process -> answers(port));
  }

  /** Starts a server with a free port that reads this lake; the catalog's tables must exist. */
  public static TrinoServer temporary(LakeCatalog catalog) {
    return new TrinoServer(Folders.temporary("trino"), FreePorts.next(), catalog, true, List.of());
  }

  /** The same, with {@link #connectAsWriter()}: for a test that has no other way to make tables. */
  public static TrinoServer temporaryWithWriter(LakeCatalog catalog) {
    return new TrinoServer(
        Folders.temporary("trino"), FreePorts.next(), catalog, true, List.of(WRITER_CATALOG));
  }

  /** Starts a server that keeps its few files in the folder. */
  public static TrinoServer in(Path folder, int port, LakeCatalog catalog) {
    return new TrinoServer(Folders.make(folder), port, catalog, false, List.of());
  }

  /** The process of a server, for a program that starts it on its own terms. */
  public static ProcessPlan plan(Path folder, int port, LakeCatalog catalog, Jdk jdk) {
    TrinoConfiguration.forReaders(folder.resolve("etc")).write(port, catalog);
    return plan(folder, jdk);
  }

  private static ProcessPlan plan(Path folder, Jdk jdk) {
    Path installation = installation();
    Path etc = folder.resolve("etc");
    return ProcessPlan.java("trino", jdk.home())
        .command(javaOptions())
        .command("-cp", onlyFolder(installation.resolve("server")).resolve("lib") + "/*")
        .command("-Dnode.environment=sandbox", "-Dnode.id=sandbox")
        .command("-Dnode.data-dir=" + folder, "-Dplugin.dir=" + installation.resolve("plugin"))
        .command("-Dconfig=" + etc.resolve("config.properties"))
        .command("-Dlog.levels-file=" + etc.resolve("log.properties"))
        .command("-Dcatalog.config-dir=" + etc.resolve("catalog"))
        .command(MAIN_CLASS)
        .in(folder);
  }

  private static List<String> javaOptions() {
    return List.of(
        "-Xms256m",
        "-Xmx1536m",
        "-Xss1m",
        "-XX:+UseSerialGC",
        "-XX:ReservedCodeCacheSize=192m",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-OmitStackTraceInFastThrow",
        // The optimizing compiler waits for what is truly hot: at the usual thresholds it takes a
        // third of a start from two cores.
        "-XX:Tier4InvocationThreshold=50000",
        "-XX:Tier4MinInvocationThreshold=20000",
        "-XX:Tier4CompileThreshold=100000",
        "-XX:Tier4BackEdgeThreshold=800000",
        "-XX:PerMethodRecompilationCutoff=10000",
        "-XX:PerBytecodeRecompilationCutoff=10000",
        "-Djdk.attach.allowAttachSelf=true",
        "-Djdk.nio.maxCachedBufferSize=2000000",
        "-Dfile.encoding=UTF-8",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "--add-modules=jdk.incubator.vector");
  }

  private static Path installation() {
    try (var versions = Files.list(CacheFolder.path())) {
      return versions
          .filter(path -> path.getFileName().toString().startsWith("trino-"))
          .filter(path -> Files.isDirectory(path.resolve("plugin")))
          .max(Comparator.naturalOrder())
          .orElseThrow(TrinoServer::missing);
    } catch (IOException e) {
      throw missing();
    }
  }

  private static StartException missing() {
    return new StartException(
        "Trino is not in %s: run `mvn -q -pl sandbox/trino-server package` in %s"
            .formatted(CacheFolder.path(), RepositoryRoot.find()));
  }

  private static Path onlyFolder(Path parent) {
    try (var children = Files.list(parent)) {
      return children.filter(Files::isDirectory).findFirst().orElseThrow(TrinoServer::missing);
    } catch (IOException e) {
      throw missing();
    }
  }

  /** Whether Trino on this port of loopback answers queries over the lake's catalog. */
  public static boolean answers(int port) {
    // A query costs a starting server much more than this question.
    if (!saysStarted(port)) {
      return false;
    }
    Properties properties = new Properties();
    properties.setProperty("user", "readiness");
    try (Connection connection = DriverManager.getConnection(url(port), properties);
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(10);
      return hasRow(statement, "SELECT 1") && hasRow(statement, "SHOW SCHEMAS FROM " + CATALOG);
    } catch (SQLException e) {
      // "SERVER STARTED" is not ready: the first seconds answer with errors.
      return false;
    }
  }

  private static boolean saysStarted(int port) {
    try {
      URI info = URI.create("http://127.0.0.1:" + port + "/v1/info");
      HttpURLConnection connection = (HttpURLConnection) info.toURL().openConnection();
      connection.setConnectTimeout(2_000);
      connection.setReadTimeout(5_000);
      try (InputStream body = connection.getInputStream()) {
        String answer = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        return answer.contains("\"starting\":false");
      }
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean hasRow(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }

  public int port() {
    return port;
  }

  public long pid() {
    return server.pid();
  }

  public String jdbcUrl() {
    return url(port);
  }

  private static String url(int port) {
    return "jdbc:trino://127.0.0.1:" + port + "/" + CATALOG;
  }

  /** A connection as an analyst has it. */
  public Connection connect() throws SQLException {
    return connectAs("analyst");
  }

  public Connection connectAs(String user) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    return DriverManager.getConnection(jdbcUrl(), properties);
  }

  /** A connection that makes and fills tables, on a server that has a catalog for it. */
  public Connection connectAsWriter() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", WRITER_CATALOG);
    String url = "jdbc:trino://127.0.0.1:" + port + "/" + WRITER_CATALOG;
    return DriverManager.getConnection(url, properties);
  }

  /** Ends the server as a crash would. */
  public void kill() {
    server.kill();
  }

  public void restart() {
    server.restart();
  }

  @Override
  public void close() {
    server.stop();
    if (temporary) {
      Folders.delete(folder);
    }
  }

  /** Starts a server by hand: {@code FOLDER PORT CATALOG_URI USER PASSWORD WAREHOUSE}. */
  public static void main(String[] args) {
    ForegroundRun.run(
        "FOLDER PORT CATALOG_URI USER PASSWORD WAREHOUSE",
        args,
        6,
        () -> {
          LakeCatalog lake = new LakeCatalog(args[2], args[3], args[4], args[5], Optional.empty());
          TrinoServer server = in(Path.of(args[0]), Integer.parseInt(args[1]), lake);
          System.out.println("Trino answers at " + server.jdbcUrl());
          return server;
        });
  }
}
