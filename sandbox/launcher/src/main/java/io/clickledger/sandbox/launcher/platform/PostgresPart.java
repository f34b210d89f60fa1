package io.clickledger.sandbox.launcher.platform;

import io.clickledger.metadata.MetadataMigrations;
import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.Secrets;
import io.clickledger.sandbox.parts.PostgresServer;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;

/** PostgreSQL with the metadata store's tables and the Iceberg catalog's. */
public final class PostgresPart implements Part {

  private final DataFolder data;
  private final int port;
  private final Secrets secrets;

  PostgresPart(DataFolder data, int port, Secrets secrets) {
    this.data = data;
    this.port = port;
    this.secrets = secrets;
  }

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public String ports() {
    return Integer.toString(port);
  }

  @Override
  public Path log() {
    return running().log();
  }

  @Override
  public void start() {
    PostgresServer server = server();
    server.start();
    MetadataMigrations.migrate(server.dataSource());
  }

  @Override
  public Optional<ManagedProcess> launch() {
    server().start();
    return Optional.empty();
  }

  @Override
  public void stop() {
    running().stop();
  }

  @Override
  public void kill() {
    running().kill();
  }

  @Override
  public OptionalLong pid() {
    return running()
        .process()
        .map(process -> OptionalLong.of(process.pid()))
        .orElseGet(OptionalLong::empty);
  }

  @Override
  public long residentBytes() {
    return running().residentBytes();
  }

  @Override
  public boolean isReady() {
    return server().answers();
  }

  public DataSource dataSource() {
    return server().dataSource();
  }

  private PostgresServer server() {
    return PostgresServer.at(data.of("postgres"), port, secrets.reveal(Secrets.CATALOG_PASSWORD));
  }

  // Looking after a process takes no password, and a folder that was never up has none.
  private PostgresServer running() {
    return PostgresServer.at(data.of("postgres"), port, "");
  }
}
