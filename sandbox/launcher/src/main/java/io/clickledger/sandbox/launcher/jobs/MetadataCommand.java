package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.metadata.csv.ImportReport;
import io.clickledger.metadata.csv.MetadataImport;
import io.clickledger.metadata.csv.MetadataImportException;
import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.platform.Platform;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Everything about advertisers, campaigns, ads and publishers. */
@Command(
    name = "metadata",
    mixinStandardHelpOptions = true,
    description = "Import advertisers, campaigns, ads and publishers.",
    subcommands = MetadataCommand.Import.class)
public final class MetadataCommand {

  /** Imports CSV files, all of their lines or none. */
  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = "Import CSV files named after their tables: all lines or none.")
  static final class Import implements Callable<Integer> {

    @Mixin private DataOption data;
    @Spec private CommandSpec spec;

    @Option(names = "--dry-run", description = "Only print what it would do.")
    private boolean dryRun;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files, or folders of them.")
    private List<Path> files;

    @Override
    public Integer call() {
      Platform platform = data.runningPlatform("postgres");
      try {
        PrintWriter out = spec.commandLine().getOut();
        if (dryRun) {
          out.println(MetadataImport.dryRun(platform.postgres.dataSource(), files));
          return 0;
        }
        ImportReport report = MetadataImport.run(platform.postgres.dataSource(), files);
        out.println(report);
        report.validity().ifPresent(out::println);
        return 0;
      } catch (MetadataImportException e) {
        spec.commandLine().getErr().println(e.getMessage());
        return 1;
      }
    }
  }
}
