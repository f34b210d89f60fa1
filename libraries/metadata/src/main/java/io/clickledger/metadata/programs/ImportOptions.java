package io.clickledger.metadata.programs;

import io.clickledger.metadata.csv.ImportReport;
import io.clickledger.metadata.csv.MetadataImport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which CSV files a command imports, and whether it only says what an import would do. */
public final class ImportOptions {

  @Option(names = "--dry-run", description = "Only print what it would do.")
  private boolean dryRun;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files, or folders of them.")
  private List<Path> files;

  /** Imports the files, all of their lines or none, and prints what was done. */
  public void run(DataSource database, PrintWriter out) {
    if (dryRun) {
      out.println(MetadataImport.dryRun(database, files));
      return;
    }
    ImportReport report = MetadataImport.run(database, files);
    out.println(report);
    report.validity().ifPresent(out::println);
  }
}
