package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.metadata.csv.MetadataImportException;
import io.clickledger.metadata.programs.ImportOptions;
import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.platform.Platform;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
    @Mixin private ImportOptions files;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Platform platform = data.runningPlatform("postgres");
      try {
        files.run(platform.postgres.dataSource(), spec.commandLine().getOut());
        return 0;
      } catch (MetadataImportException e) {
        spec.commandLine().getErr().println(e.getMessage());
        return 1;
      }
    }
  }
}
