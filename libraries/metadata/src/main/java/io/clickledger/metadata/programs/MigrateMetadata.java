package io.clickledger.metadata.programs;

import io.clickledger.metadata.MetadataMigrations;
import io.clickledger.programs.JobMain;
import javax.sql.DataSource;
import picocli.CommandLine.Command;

/** Program: brings the database to the schema that the code needs. */
@Command(
    name = "MigrateMetadata",
    description = "Bring the database to the schema of this version.")
public final class MigrateMetadata extends MetadataProgram {

  public static void main(String[] args) {
    JobMain.exit(new MigrateMetadata(), args);
  }

  @Override
  void run(DataSource database) {
    int applied = MetadataMigrations.migrate(database);
    out().println(applied == 0 ? "The schema is up to date" : "Migrations applied: " + applied);
  }
}
