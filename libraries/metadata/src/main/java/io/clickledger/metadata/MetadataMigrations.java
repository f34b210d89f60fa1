package io.clickledger.metadata;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Brings a database to the schema that this version of the code needs. Runs as often as one likes,
 * from several places at once: each migration is applied once, in one transaction.
 */
public final class MetadataMigrations {

  private MetadataMigrations() {}

  /** Applies the migrations that the database does not have yet and says how many they were. */
  public static int migrate(DataSource database) {
    return Flyway.configure(MetadataMigrations.class.getClassLoader())
        .dataSource(database)
        .defaultSchema("metadata")
        .locations("classpath:io/clickledger/metadata/migrations")
        .validateMigrationNaming(true)
        .load()
        .migrate()
        .migrationsExecuted;
  }
}
