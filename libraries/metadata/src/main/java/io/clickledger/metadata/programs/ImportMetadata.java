package io.clickledger.metadata.programs;

import io.clickledger.programs.JobMain;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Program: imports CSV files of metadata, or says what an import would do. */
@Command(
    name = "ImportMetadata",
    description = "Import CSV files named after their tables: all lines or none.")
public final class ImportMetadata extends MetadataProgram {

  @Mixin private ImportOptions files;

  public static void main(String[] args) {
    JobMain.exit(new ImportMetadata(), args);
  }

  @Override
  void run(DataSource database) {
    files.run(database, out());
  }
}
