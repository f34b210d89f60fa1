package io.clickledger.metadata.programs;

import io.clickledger.metadata.FraudRulesRefusedException;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.metadata.csv.MetadataImportException;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.RefusedException;
import io.clickledger.programs.TryLaterException;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.JdbiException;

/** A program that works on the database of the metadata. */
abstract class MetadataProgram extends JobMain<MetadataProgram.ProgramSettings> {

  /** Keys of all these programs. */
  record ProgramSettings(MetadataSettings metadata) {}

  MetadataProgram() {
    super(ProgramSettings.class, "/io/clickledger/metadata/defaults.properties");
  }

  /** The program's own part. */
  abstract void run(DataSource database);

  @Override
  protected final int run(ProgramSettings settings) {
    try {
      run(settings.metadata().dataSource());
      return ExitCode.DONE;
    } catch (MetadataImportException | FraudRulesRefusedException e) {
      throw new RefusedException(e.getMessage(), e);
    } catch (JdbiException | FlywayException e) {
      throw new TryLaterException(
          "PostgreSQL at " + settings.metadata().uri() + " did not do it: " + rootOf(e), e);
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
