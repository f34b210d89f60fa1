package io.clickledger.metadata;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Program: {@code ImportMetadata --settings FILE [--dry-run] FILE_OR_FOLDER...} imports CSV files,
 * or says with --dry-run what an import would do. Exits with 1 where nothing was imported.
 */
public final class ImportMetadata {

  private static final String DRY_RUN = "--dry-run";

  private ImportMetadata() {}

  public static void main(String[] args) {
    System.exit(run(args, System.getenv(), System.out, System.err));
  }

  static int run(
      String[] args, Map<String, String> environment, PrintStream out, PrintStream errors) {
    return MetadataProgram.run(
        args, environment, errors, (database, arguments) -> importFiles(database, arguments, out));
  }

  private static void importFiles(DataSource database, List<String> arguments, PrintStream out) {
    List<String> unknown =
        arguments.stream().filter(a -> a.startsWith("--") && !a.equals(DRY_RUN)).toList();
    List<Path> files =
        arguments.stream().filter(argument -> !argument.startsWith("--")).map(Path::of).toList();
    if (!unknown.isEmpty() || files.isEmpty()) {
      throw new IllegalArgumentException(
          "arguments must be --settings FILE [--dry-run] FILE_OR_FOLDER..., were " + arguments);
    }
    if (arguments.contains(DRY_RUN)) {
      out.println(MetadataImport.rehearse(database, files));
      return;
    }
    ImportReport report = MetadataImport.run(database, files);
    out.println(report);
    report.validity().ifPresent(out::println);
  }
}
