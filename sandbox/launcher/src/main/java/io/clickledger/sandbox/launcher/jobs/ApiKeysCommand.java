package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.metadata.programs.KeyCreation;
import io.clickledger.metadata.programs.KeyEnd;
import io.clickledger.metadata.programs.KeyList;
import io.clickledger.metadata.programs.ManageAccess;
import io.clickledger.sandbox.launcher.commands.DataOption;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything about the keys of the serving API. */
@Command(
    name = "api-keys",
    mixinStandardHelpOptions = true,
    description = "Create, list, rotate and revoke keys of the serving API.",
    subcommands = {
      ApiKeysCommand.Create.class,
      ApiKeysCommand.ListAll.class,
      ApiKeysCommand.Rotate.class,
      ApiKeysCommand.Revoke.class
    })
public final class ApiKeysCommand {

  /** A command on the database of a platform that is up. */
  abstract static class OnDatabase implements Callable<Integer> {

    @Mixin private DataOption data;
    @Spec private CommandSpec spec;

    abstract void run(DataSource database, PrintWriter out);

    @Override
    public final Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      run(data.runningPlatform("postgres").postgres.dataSource(), out);
      out.flush();
      return 0;
    }
  }

  /** Makes a key. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Make a key and print it, once.")
  static final class Create extends OnDatabase {
    @Mixin private KeyCreation key;

    @Override
    void run(DataSource database, PrintWriter out) {
      key.run(database, ManageAccess.operator(), out);
    }
  }

  /** Lists them. */
  @Command(name = "list", mixinStandardHelpOptions = true, description = "List all keys.")
  static final class ListAll extends OnDatabase {

    @Override
    void run(DataSource database, PrintWriter out) {
      KeyList.print(database, out);
    }
  }

  /** Replaces a key. */
  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      description = "Make a key in the place of another one.")
  static final class Rotate extends OnDatabase {
    @Mixin private KeyEnd key;

    @Option(
        names = "--overlap",
        paramLabel = "DURATION",
        defaultValue = "24h",
        description = "How long the old key stays valid (default: ${DEFAULT-VALUE}).")
    private String overlap;

    @Override
    void run(DataSource database, PrintWriter out) {
      key.rotate(database, overlap, ManageAccess.operator(), out);
    }
  }

  /** Ends a key. */
  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "End a key; nothing has to be restarted.")
  static final class Revoke extends OnDatabase {
    @Mixin private KeyEnd key;

    @Override
    void run(DataSource database, PrintWriter out) {
      key.revoke(database, ManageAccess.operator(), out);
    }
  }
}
