package io.clickledger.metadata.programs;

import io.clickledger.metadata.csv.ImportReport;
import io.clickledger.metadata.csv.MetadataImport;
import io.clickledger.programs.JobMain;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Program: imports CSV files of metadata, or says what an import would do. */
@Command(
    name = "ImportMetadata",
    description = "Import CSV files named after their tables: all lines or none.")
public final class ImportMetadata extends MetadataProgram {

  @Option(names = "--dry-run", description = "Only print what it would do.")
  private boolean dryRun;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files, or folders of them.")
  private List<Path> files;

  public static void main(String[] args) {
    JobMain.exit(new ImportMetadata(), args);
  }

  @Override
  void run(DataSource database) {
    if (dryRun) {
      out().println(MetadataImport.dryRun(database, files));
      return;
    }
    ImportReport report = MetadataImport.run(database, files);
    out().println(report);
    report.validity().ifPresent(out()::println);
  }
}
