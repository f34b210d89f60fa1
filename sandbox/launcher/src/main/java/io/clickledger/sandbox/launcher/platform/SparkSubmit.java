package io.clickledger.sandbox.launcher.platform;

import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.Warehouse;
import io.clickledger.sandbox.parts.process.Jdk;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.nio.file.Path;
import java.util.Optional;

/** A job, started through the same script of spark-submit/ as in production. */
public record SparkSubmit(DataFolder data, Warehouse warehouse, Optional<Path> sparkHome) {

  public ProcessPlan plan(String script, String... arguments) {
    Path root = RepositoryRoot.find();
    return ProcessPlan.of(script)
        .command(root.resolve("spark-submit").resolve(script).toString())
        .command(arguments)
        .environment("JAVA_HOME", Jdk.current().home().toString())
        // Empty for the build's own runtime, so that an installed Spark of another version is not
        // used.
        .environment("SPARK_HOME", sparkHome.map(Path::toString).orElse(""))
        .environment("CLICKLEDGER_S3", Boolean.toString(warehouse == Warehouse.S3))
        .environment("MALLOC_ARENA_MAX", "2")
        .environment("SPARK_LOCAL_IP", "127.0.0.1")
        .environment("SPARK_LOCAL_DIRS", data.of("spark").resolve("scratch").toString())
        // What Spark drops where it runs (metastores, warehouses) is dropped here.
        .in(data.of("spark"));
  }
}
