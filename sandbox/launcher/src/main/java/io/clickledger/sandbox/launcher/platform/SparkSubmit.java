package io.clickledger.sandbox.launcher.platform;

import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.Warehouse;
import io.clickledger.sandbox.parts.SparkScript;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import java.nio.file.Path;
import java.util.Optional;

/** A job, started through the same script of spark-submit/ as in production. */
public record SparkSubmit(DataFolder data, Warehouse warehouse, Optional<Path> sparkHome) {

  public ProcessPlan plan(String script, String... arguments) {
    return SparkScript.plan(data.of("spark"), script, arguments)
        // Empty for the build's own runtime, so that an installed Spark of another version is not
        // used.
        .environment("SPARK_HOME", sparkHome.map(Path::toString).orElse(""))
        .environment("CLICKLEDGER_S3", Boolean.toString(warehouse == Warehouse.S3));
  }
}
