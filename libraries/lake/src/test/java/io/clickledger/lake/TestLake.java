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

/**
 * A lake of its own, without a table ({@code Migrations} make them): a catalog in PostgreSQL, a
 * warehouse in a temporary folder, and a local Spark.
 */
public final class TestLake implements AutoCloseable {
  private static final String SCHEMA = "iceberg";

  private final PostgresServer postgres;
  private final LossyPostgres lossy;
  private final LakeSettings settings;
  private final SparkSession spark;

  private TestLake(
      PostgresServer postgres, LossyPostgres lossy, LakeSettings settings, SparkSession spark) {
    this.postgres = postgres;
    this.lossy = lossy;
    this.settings = settings;
    this.spark = spark;
  }

  /** With a PostgreSQL that has nothing else. */
  public static TestLake empty() {
    PostgresServer postgres = PostgresServer.temporary();
    execute(postgres, "CREATE SCHEMA " + SCHEMA);
    return in(
        postgres,
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2"));
  }

  /**
   * With a session of these settings.
   *
   * @param postgres has the catalog's schema; it is closed with the lake
   */
  public static TestLake in(PostgresServer postgres, SparkSession.Builder session) {
    LossyPostgres lossy = LossyPostgres.before(postgres, CatalogChecks::isWrite);
    LakeSettings settings =
        new LakeSettings(
            lossy.jdbcUrl(SCHEMA),
            postgres.user(),
            Secret.of(postgres.password()),
            temporaryFolder().toString(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new TestLake(
        postgres, lossy, settings, LakeSession.configure(session, settings).getOrCreate());
  }

  /** Leaves the catalog as it was before the first table. */
  public void forgetTables() {
    execute(
        postgres,
        "DELETE FROM %1$s.iceberg_tables; DELETE FROM %1$s.iceberg_namespace_properties"
            .formatted(SCHEMA));
  }

  private static void execute(PostgresServer postgres, String sql) {
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("lake");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public SparkSession spark() {
    return spark;
  }

  public LakeSettings settings() {
    return settings;
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
    try (Stream<Path> files = Files.walk(Path.of(settings.warehouse()))) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
