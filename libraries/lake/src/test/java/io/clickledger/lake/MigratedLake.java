package io.clickledger.lake;

import io.clickledger.sandbox.parts.LossyPostgres;
import io.clickledger.sandbox.parts.PostgresServer;
import io.clickledger.settings.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** An empty lake of its own: a catalog in PostgreSQL, a warehouse in a temporary folder. */
public final class MigratedLake implements AutoCloseable {
  private final PostgresServer postgres;
  private final LossyPostgres lossy;
  private final Path warehouse;
  private final SparkSession spark;

  private MigratedLake(
      PostgresServer postgres, LossyPostgres lossy, Path warehouse, SparkSession spark) {
    this.postgres = postgres;
    this.lossy = lossy;
    this.warehouse = warehouse;
    this.spark = spark;
  }

  /** A lake without a table; {@code Migrations} make them. */
  public static MigratedLake empty() {
    PostgresServer postgres = PostgresServer.temporary();
    LossyPostgres lossy = LossyPostgres.before(postgres, CatalogChecks::isWrite);
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA iceberg");
      Path warehouse = Files.createTempDirectory("lake");
      LakeSettings settings =
          new LakeSettings(
              lossy.jdbcUrl("iceberg"),
              postgres.user(),
              Secret.of(postgres.password()),
              warehouse.toString(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      SparkSession.Builder local =
          SparkSession.builder()
              .master("local[2]")
              .config("spark.ui.enabled", "false")
              .config("spark.sql.shuffle.partitions", "2");
      return new MigratedLake(
          postgres, lossy, warehouse, LakeSession.configure(local, settings).getOrCreate());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public SparkSession spark() {
    return spark;
  }

  public PostgresServer postgres() {
    return postgres;
  }

  /** The way to the catalog, which can lose answers. */
  public LossyPostgres lossy() {
    return lossy;
  }

  @Override
  public void close() {
    spark.stop();
    lossy.close();
    postgres.close();
    try (Stream<Path> files = Files.walk(warehouse)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
