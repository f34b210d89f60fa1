package io.clickledger.sandbox.launcher.platform;

import io.clickledger.sandbox.parts.process.Jdk;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.nio.file.Path;

/** One of our own programs: its jar and libraries, as the build leaves them in target/. */
record Program(String name, String module, String mainClass) {

  static final Program INGESTION =
      new Program("ingestion", "ingestion", "io.clickledger.ingestion.IngestionMain");
  static final Program SERVING_API =
      new Program("serving-api", "serving-api", "io.clickledger.serving.ServingMain");
  static final Program SIMULATOR =
      new Program("simulator", "sandbox/simulator", "io.clickledger.sandbox.simulator.Simulate");

  static final Program LAUNCHER =
      new Program("launcher", "sandbox/launcher", "io.clickledger.sandbox.launcher.Clickledger");

  /** Heap and other options of Java follow the name; the program's arguments are added last. */
  ProcessPlan plan(String... javaOptions) {
    Path jar = RepositoryRoot.find().resolve(module).resolve("target/clickledger-" + name + ".jar");
    return ProcessPlan.of(name)
        .environment("MALLOC_ARENA_MAX", "2")
        .command(Jdk.current().home().resolve("bin/java").toString())
        .command(javaOptions)
        .command("-cp", jar + ":" + jar.resolveSibling("lib") + "/*")
        .command(mainClass);
  }
}
