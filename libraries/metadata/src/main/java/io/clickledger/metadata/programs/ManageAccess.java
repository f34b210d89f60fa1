package io.clickledger.metadata.programs;

import io.clickledger.programs.JobMain;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Programs on the keys of the serving API and the log of accesses, one for each action. */
public final class ManageAccess {

  private ManageAccess() {}

  /** Who changes keys, for the log. */
  public static String operator() {
    return "operator:" + System.getProperty("user.name");
  }

  /** Program: makes a key. */
  @Command(name = "CreateKey", description = "Make a key of the serving API and print it, once.")
  public static final class CreateKey extends MetadataProgram {
    @Mixin private KeyCreation key;

    public static void main(String[] args) {
      JobMain.exit(new CreateKey(), args);
    }

    @Override
    void run(DataSource database) {
      key.run(database, operator(), out());
    }
  }

  /** Program: lists keys. */
  @Command(name = "ListKeys", description = "List the keys of the serving API.")
  public static final class ListKeys extends MetadataProgram {
    public static void main(String[] args) {
      JobMain.exit(new ListKeys(), args);
    }

    @Override
    void run(DataSource database) {
      KeyList.print(database, out());
    }
  }

  /** Program: replaces a key. */
  @Command(name = "RotateKey", description = "Make a key in the place of another one.")
  public static final class RotateKey extends MetadataProgram {
    @Mixin private KeyEnd key;

    @Option(
        names = "--overlap",
        paramLabel = "DURATION",
        defaultValue = "24h",
        description = "How long the old key stays valid (default: ${DEFAULT-VALUE}).")
    private String overlap;

    public static void main(String[] args) {
      JobMain.exit(new RotateKey(), args);
    }

    @Override
    void run(DataSource database) {
      key.rotate(database, overlap, operator(), out());
    }
  }

  /** Program: ends a key. */
  @Command(name = "RevokeKey", description = "End a key of the serving API at once.")
  public static final class RevokeKey extends MetadataProgram {
    @Mixin private KeyEnd key;

    public static void main(String[] args) {
      JobMain.exit(new RevokeKey(), args);
    }

    @Override
    void run(DataSource database) {
      key.revoke(database, operator(), out());
    }
  }

  /** Program: checks the log of accesses. */
  @Command(
      name = "VerifyAccessLog",
      description = "Find entries of the log of accesses that were changed, moved or deleted.")
  public static final class VerifyAccessLog extends MetadataProgram {
    @Mixin private LogVerification log;

    public static void main(String[] args) {
      JobMain.exit(new VerifyAccessLog(), args);
    }

    @Override
    void run(DataSource database) {
      log.run(database, out());
    }
  }
}
