package io.clickledger.sandbox.parts;

import io.clickledger.sandbox.parts.process.Jdk;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.nio.file.Path;

/** A script of spark-submit/ on one machine, as in production. */
public final class SparkScript {
  private SparkScript() {}

  /**
   * A run of it, on loopback.
   *
   * @param folder where it runs: what Spark drops there (metastores, warehouses) is dropped in it
   */
  public static ProcessPlan plan(Path folder, String script, String... arguments) {
    return ProcessPlan.of(script)
        .command(RepositoryRoot.find().resolve("spark-submit").resolve(script).toString())
        .command(arguments)
        .environment("JAVA_HOME", Jdk.current().home().toString())
        .environment("MALLOC_ARENA_MAX", "2")
        .environment("SPARK_LOCAL_IP", "127.0.0.1")
        .environment("SPARK_LOCAL_DIRS", folder.resolve("scratch").toString())
        .in(folder);
  }
}
