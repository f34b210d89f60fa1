package io.clickledger.metadata;

import io.clickledger.settings.Settings;
import io.clickledger.settings.SettingsAndArguments;
import io.clickledger.settings.SettingsException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.JdbiException;

/** What the programs share: settings in, one sentence out where it does not work. */
final class MetadataProgram {

  static final int DONE = 0;
  static final int NOT_DONE = 1;
  static final int NOT_UNDERSTOOD = 2;

  /** Keys of all programs. */
  record ProgramSettings(MetadataSettings metadata) {}

  /** The program's own part. */
  interface Work {
    void run(DataSource database, List<String> arguments);
  }

  private MetadataProgram() {}

  /** Says its exit code. */
  static int run(String[] args, Map<String, String> environment, PrintStream errors, Work work) {
    SettingsAndArguments<ProgramSettings> given;
    try {
      given =
          Settings.fromArgumentsBeside(
              ProgramSettings.class,
              "/io/clickledger/metadata/defaults.properties",
              args,
              environment);
    } catch (SettingsException e) {
      errors.println(e.getMessage());
      return NOT_UNDERSTOOD;
    }
    MetadataSettings settings = given.settings().metadata();
    try {
      work.run(settings.dataSource(), given.arguments());
      return DONE;
    } catch (MetadataImportException | FraudRulesRefusedException e) {
      errors.println(e.getMessage());
      return NOT_DONE;
    } catch (IllegalArgumentException e) {
      errors.println(e.getMessage());
      return NOT_UNDERSTOOD;
    } catch (JdbiException | FlywayException e) {
      errors.println("PostgreSQL at " + settings.uri() + " did not do it: " + rootOf(e));
      return NOT_DONE;
    }
  }

  private static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }
}
