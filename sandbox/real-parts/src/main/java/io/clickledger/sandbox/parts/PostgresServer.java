package io.clickledger.sandbox.parts;

import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.ForegroundRun;
import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.ResidentMemory;
import io.clickledger.sandbox.parts.process.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server on loopback with the database and user {@code clickledger}. It runs on when
 * the program that started it ends, until {@link #stop()} or {@link #close()}.
 */
public final class PostgresServer implements AutoCloseable {

  public static final String DATABASE = "clickledger";
  public static final String USER = "clickledger";

  private static final String TEST_PASSWORD = "clickledger";
  private static final String START_TIMEOUT_SECONDS = "60";

  private final PostgresBinaries binaries = PostgresBinaries.unpacked();
  private final Path folder;
  private final int port;
  private final String password;
  private final boolean temporary;

  private PostgresServer(Path folder, int port, String password, boolean temporary) {
    this.folder = folder;
    this.port = port;
    this.password = password;
    this.temporary = temporary;
  }

  /** Starts a server with a free port and an empty database; what it holds is soon gone. */
  public static PostgresServer temporary() {
    PostgresServer server =
        new PostgresServer(Folders.temporary("postgres"), FreePorts.next(), TEST_PASSWORD, true);
    server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "end-postgres"));
    return server;
  }

  /**
   * Starts a server whose data stay in the folder, with fsync on. An existing database is started
   * as it is: the password must be the one that it was made with.
   */
  public static PostgresServer in(Path folder, int port, String password) {
    PostgresServer server = at(folder, port, password);
    server.start();
    return server;
  }

  /** A server of the folder that may or may not run. */
  public static PostgresServer at(Path folder, int port, String password) {
    return new PostgresServer(folder.toAbsolutePath(), port, password, false);
  }

  /** Starts the server unless it runs; makes user and database when the folder has none. */
  public void start() {
    if (isRunning()) {
      return;
    }
    if (!Files.exists(data().resolve("PG_VERSION"))) {
      initialize();
    }
    processes().endRemains();
    Folders.write(data().resolve("conf.d/clickledger.conf"), configuration());
    binaries.run(
        log(), "pg_ctl", "-D", data().toString(), "-w", "-t", START_TIMEOUT_SECONDS, "start");
    makeDatabase();
  }

  private void initialize() {
    Folders.make(folder);
    Folders.delete(data());
    Path passwordFile = folder.resolve("initial-password");
    Folders.writeSecret(passwordFile, List.of(password));
    try {
      binaries.run(
          log(),
          "initdb",
          "--pgdata=" + data(),
          "--username=" + USER,
          "--pwfile=" + passwordFile,
          "--auth=scram-sha-256",
          "--encoding=UTF8",
          "--locale=C",
          temporary ? "--no-sync" : "--data-checksums");
      Path file = data().resolve("postgresql.conf");
      Files.writeString(file, Files.readString(file) + "\ninclude_dir = 'conf.d'\n");
    } catch (IOException e) {
      throw new UncheckedIOException("could not prepare " + data(), e);
    } finally {
      Folders.delete(passwordFile);
    }
  }

  private List<String> configuration() {
    return List.of(
        "listen_addresses = '127.0.0.1'",
        "port = " + port,
        "unix_socket_directories = ''",
        "timezone = 'UTC'",
        "fsync = " + (temporary ? "off" : "on"),
        "synchronous_commit = " + (temporary ? "off" : "on"),
        "log_destination = 'stderr'",
        "logging_collector = off",
        // Small tables and a few clients: memory is for the others.
        "max_connections = 60",
        "shared_buffers = '32MB'",
        "max_wal_size = '256MB'",
        "max_parallel_workers = 0",
        "jit = off");
  }

  private void makeDatabase() {
    try (Connection connection = DriverManager.getConnection(url("postgres"), USER, password);
        Statement statement = connection.createStatement()) {
      try (ResultSet found =
          statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
        if (found.next()) {
          return;
        }
      }
      statement.execute("CREATE DATABASE " + DATABASE);
    } catch (SQLException e) {
      throw new StartException("PostgreSQL runs on port " + port + " but: " + e.getMessage(), e);
    }
  }

  /** Whether the server that this folder belongs to is alive. */
  public boolean isRunning() {
    return process().isPresent();
  }

  /** The server's process, if it is alive and truly the one of this folder. */
  public Optional<ProcessHandle> process() {
    return processes().server();
  }

  private PostgresProcesses processes() {
    return new PostgresProcesses(data());
  }

  /** Resident memory of the server and its children, in bytes. */
  public long residentBytes() {
    return process().map(ResidentMemory::of).orElse(0L);
  }

  /** Whether the database answers a query. */
  public boolean answers() {
    try (Connection connection = DriverManager.getConnection(jdbcUrl(), USER, password);
        Statement statement = connection.createStatement()) {
      return statement.execute("SELECT 1");
    } catch (SQLException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  public String user() {
    return USER;
  }

  public String password() {
    return password;
  }

  public String jdbcUrl() {
    return url(DATABASE);
  }

  /** The database, with unqualified names meant in this schema. */
  public String jdbcUrl(String schema) {
    return jdbcUrl() + "?currentSchema=" + schema;
  }

  public DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl());
    source.setUser(USER);
    source.setPassword(password);
    return source;
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  public Path log() {
    return folder.resolve("postgres.log");
  }

  private Path data() {
    return folder.resolve("data");
  }

  /** Ends the server properly; its data stay for {@link #start()}. */
  public void stop() {
    Optional<ProcessHandle> process = process();
    if (process.isPresent()) {
      binaries.run(log(), "pg_ctl", "-D", data().toString(), "-m", "fast", "-w", "stop");
      // pg_ctl is content when the pid file is gone, which is a moment too early.
      PostgresProcesses.awaitEnd(List.of(process.get()));
    }
  }

  /** Ends the server as a crash would; its data stay for {@link #start()}. */
  public void kill() {
    processes().kill();
  }

  @Override
  public void close() {
    stop();
    if (temporary) {
      Folders.delete(folder);
    }
  }

  /** Starts a server by hand: {@code FOLDER PORT PASSWORD}. */
  public static void main(String[] args) {
    ForegroundRun.run(
        "FOLDER PORT PASSWORD",
        args,
        3,
        () -> {
          PostgresServer server = in(Path.of(args[0]), Integer.parseInt(args[1]), args[2]);
          System.out.println("PostgreSQL answers at " + server.jdbcUrl());
          return server;
        });
  }
}
