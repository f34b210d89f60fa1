package io.clickledger.metadata;

import java.io.PrintStream;
import java.util.Map;

/** Program: brings the database of {@code --settings FILE} to the schema that the code needs. */
public final class MigrateMetadata {

  private MigrateMetadata() {}

  public static void main(String[] args) {
    System.exit(run(args, System.getenv(), System.out, System.err));
  }

  static int run(
      String[] args, Map<String, String> environment, PrintStream out, PrintStream errors) {
    return MetadataProgram.run(
        args,
        environment,
        errors,
        (database, arguments) -> {
          if (!arguments.isEmpty()) {
            throw new IllegalArgumentException(
                "arguments must be --settings FILE and --set key=value, were also " + arguments);
          }
          int applied = MetadataMigrations.migrate(database);
          out.println(applied == 0 ? "The schema is up to date" : "Migrations applied: " + applied);
        });
  }
}
